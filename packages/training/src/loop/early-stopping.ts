/**
 * Early stopping as a pure function of the history, so that a resumed run decides as the undisturbed one did.
 *
 * @module
 */
import type { EpochRecord } from './records.ts'
import type { EarlyStopping } from './train-options.ts'

/** True when the last `patience` validations brought no Dice above the best of before plus the minimum gain. */
export function isStalled(history: readonly EpochRecord[], { patience, minimumGain = 0 }: EarlyStopping): boolean {
  let best = -Infinity
  let waited = 0
  for (const { validation } of history) {
    if (!validation) continue
    if (validation.dice > best + minimumGain) {
      best = validation.dice
      waited = 0
    } else waited++
  }
  return waited >= patience
}
