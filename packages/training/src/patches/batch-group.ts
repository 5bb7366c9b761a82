/**
 * Which cases share a batch.
 *
 * @module
 */

/** A part of every batch: `perBatch` items of these cases, given by their index. */
export interface BatchGroup {
  readonly cases: readonly number[]
  readonly perBatch: number
}

/** How the items of a batch are drawn. */
export interface DrawPlan {
  /** One number above 0 for each case: drawn with replacement in proportion, within the group. */
  readonly drawWeights?: readonly number[]
  /** Further items of the batch, each of these cases equally often. */
  readonly extra?: BatchGroup
}

/**
 * Checks a group against the number of cases.
 *
 * @param options.name how errors call it
 * @throws RangeError for no cases, an index that is no case, or a `perBatch` below 1
 */
export function checkGroup({ cases, perBatch }: BatchGroup, { name, count }: { name: string; count: number }): void {
  if (!(cases.length > 0)) throw new RangeError(`train: expected at least one case in ${name}, got ${cases.length}`)
  const odd = cases.find((index) => !(Number.isSafeInteger(index) && index >= 0 && index < count))
  if (odd !== undefined) {
    throw new RangeError(`train: expected whole case indices from 0 to ${count - 1} in ${name}, got ${odd}`)
  }
  if (!(Number.isSafeInteger(perBatch) && perBatch >= 1)) {
    throw new RangeError(`train: expected perBatch of ${name} to be a whole number of at least 1, got ${perBatch}`)
  }
}
