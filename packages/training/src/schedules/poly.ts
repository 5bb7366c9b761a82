/**
 * Polynomial decay (1 - progress)^power, the "poly" policy of DeepLab (Chen et al. 2017) and of nnU-Net, power 0.9.
 *
 * @module
 */
import { checkedSchedule, type Schedule } from './schedule.ts'

export interface PolyOptions {
  readonly power?: number
}

/** From 1 at the start to 0 at the end. Throws RangeError unless `power` is positive and finite. */
export function polySchedule({ power = 0.9 }: PolyOptions = {}): Schedule {
  if (!(power > 0 && Number.isFinite(power))) {
    throw new RangeError(`polySchedule: expected a positive power, got ${power}`)
  }
  return checkedSchedule('polySchedule', (progress) => (1 - progress) ** power)
}
