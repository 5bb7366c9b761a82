/**
 * Cosine decay (Loshchilov and Hutter, SGDR, ICLR 2017, one cycle without restarts) after a linear warm-up:
 *
 * progress < warmup: progress / warmup
 * else: final + (1 - final) (1 + cos(pi t)) / 2 with t = (progress - warmup) / (1 - warmup)
 *
 * The warm-up starts at 0, so the first step of a warmed-up run changes nothing; its default is none.
 *
 * @module
 */
import { checkedSchedule, type Schedule } from './schedule.ts'

export interface CosineOptions {
  /** The share of progress spent warming up, in [0, 1). */
  readonly warmup?: number
  /** The factor at the end, in [0, 1]. */
  readonly final?: number
}

/** From 1 (after the warm-up) to `final`. Throws RangeError for options out of range. */
export function cosineSchedule({ warmup = 0, final = 0 }: CosineOptions = {}): Schedule {
  if (!(warmup >= 0 && warmup < 1)) throw new RangeError(`cosineSchedule: expected a warmup in [0, 1), got ${warmup}`)
  if (!(final >= 0 && final <= 1)) throw new RangeError(`cosineSchedule: expected a final in [0, 1], got ${final}`)
  return checkedSchedule('cosineSchedule', (progress) => {
    if (progress < warmup) return progress / warmup
    const turn = (progress - warmup) / (1 - warmup)
    return final + ((1 - final) * (1 + Math.cos(Math.PI * turn))) / 2
  })
}
