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
  /** Further numbers of the caller's own `validate`; finite or NaN. */
  readonly [extra: string]: number | Readonly<Record<string, number>>
}

type Stored = number | null | Readonly<Record<string, number | null>>

/** JSON has no NaN: an undefined number is stored as null. */
export function reviveValidation(stored: ValidationRecord | null): ValidationRecord | null {
  if (!stored) return null
  const number = (value: number | null) => value ?? NaN
  const revive = (value: Stored) =>
    value === null || typeof value === 'number'
      ? number(value)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, number(inner)]))
  const entries = Object.entries(stored).map(([key, value]) => [key, revive(value)])
  return Object.fromEntries(entries) as unknown as ValidationRecord // the same keys as it was stored with
}
