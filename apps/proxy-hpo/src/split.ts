/**
 * Seeded split of a data set's cases into training, validation and test.
 *
 * @module
 */
import { createRng } from '@leanvox/random'

/** Disjoint lists of case ids that cover all cases. */
export interface Split {
  readonly train: readonly string[]
  readonly validation: readonly string[]
  readonly test: readonly string[]
}

/**
 * Shuffles the ids by seed and cuts them. Each list keeps the ids in alphabetical order, so that the split does not
 * depend on the order in which a data set lists its files.
 *
 * @param fractions share of validation and test; `test: 0` when an external data set takes that role; `source` is what
 *   to call the data set in messages
 * @throws RangeError when a part would be empty: at least 2 training cases and one of each other part are needed
 */
export function splitCases(
  ids: readonly string[],
  fractions: { validation: number; test: number; seed: number; source?: string },
): Split {
  const count = (share: number) => (share === 0 ? 0 : Math.max(1, Math.round(share * ids.length)))
  const validation = count(fractions.validation)
  const test = count(fractions.test)
  const train = ids.length - validation - test
  if (train < 2) {
    throw new RangeError(
      `${fractions.source ?? 'splitCases'}: expected enough cases for at least 2 training, ${validation} validation and ${test} test cases, ` +
        `got ${ids.length} usable case${ids.length === 1 ? '' : 's'}`,
    )
  }
  const shuffled = createRng(fractions.seed)
    .split('split')
    .shuffle([...ids].sort())
  return {
    validation: shuffled.slice(0, validation).sort(),
    test: shuffled.slice(validation, validation + test).sort(),
    train: shuffled.slice(validation + test).sort(),
  }
}

/** A seeded subset of `count` ids in alphabetical order; all of them when `count` is null or not below their number. */
export function subsetOfCases(ids: readonly string[], options: { count: number | null; seed: number }): string[] {
  const sorted = [...ids].sort()
  if (options.count === null || options.count >= sorted.length) return sorted
  return createRng(options.seed).split('subset').shuffle(sorted).slice(0, options.count).sort()
}
