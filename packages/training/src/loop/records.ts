/**
 * What a run remembers of each epoch. Epochs and steps count from 1.
 *
 * @module
 */

export interface EpochRecord {
  readonly epoch: number
  /** Steps taken since the start of the run. */
  readonly step: number
  /** Mean over the epoch's steps. */
  readonly loss: number
  /** Of the epoch's last step. */
  readonly learningRate: number
  /** null for an epoch without validation. */
  readonly validation: ValidationRecord | null
}

export interface ValidationRecord {
  /** Mean over the labels of `labels`; NaN when every one is undefined. */
  readonly dice: number
  /** Mean Dice over the cases by label, cases without the label in prediction and reference left out. */
  readonly labels: Readonly<Record<string, number>>
}

/** JSON has no NaN: an undefined Dice is stored as null. */
export function reviveValidation(stored: ValidationRecord | null): ValidationRecord | null {
  if (!stored) return null
  const revive = (value: number | null) => value ?? NaN
  return {
    dice: revive(stored.dice),
    labels: Object.fromEntries(Object.entries(stored.labels).map(([label, value]) => [label, revive(value)])),
  }
}
