/**
 * Proxy data: the few training volumes on which hyper-parameters are searched instead of on all (Nath et al. 2021).
 *
 * Strategies: `diverse` takes the lowest volume scores first (least redundant), `representative` the highest (most like
 * everyone); which of the two the paper means could not be read, so both exist. `greedy-cover` starts from the most
 * representative volume and then always adds the least covered one. `random` is the control that any of them must beat.
 * Equal scores are decided by the lower index, so that a selection never depends on how a machine sorts.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { greedyCover } from './greedy-cover.ts'
import type { SimilarityMatrix } from './similarity-matrix.ts'
import { requireScores, volumeScores } from './volume-scores.ts'

/** How proxy data are chosen. */
export type SelectionStrategy = 'diverse' | 'representative' | 'greedy-cover' | 'random'

/** How many volumes, and which. */
export interface SelectionOptions {
  /** A whole number of at least 1 is a count; a number between 0 and 1 is a share of all, rounded, at least 1 volume. */
  readonly budget: number
  readonly strategy: SelectionStrategy
  /** Needed by `random` only, which draws from it. */
  readonly rng?: Rng
}

/**
 * Indices of the chosen volumes, best first: a smaller budget gives the beginning of the same list.
 *
 * @throws RangeError for fewer than two volumes, a NaN similarity, a budget below 1 volume or above all of them;
 *   TypeError if `random` gets no `rng`.
 */
export function selectProxyData(matrix: SimilarityMatrix, { budget, strategy, rng }: SelectionOptions): number[] {
  requireScores(matrix, 'selectProxyData')
  const count = budgetCount(budget, matrix.size)
  const indices = Array.from({ length: matrix.size }, (_, i) => i)
  if (strategy === 'random') {
    if (!rng) throw new TypeError('selectProxyData: expected an rng for strategy random, got none')
    return rng.shuffle(indices).slice(0, count)
  }
  const scores = volumeScores(matrix)
  const descending = indices.toSorted((i, j) => scores[j] - scores[i] || i - j)
  if (strategy === 'representative') return descending.slice(0, count)
  if (strategy === 'greedy-cover') return greedyCover(matrix, descending[0], count)
  if (strategy === 'diverse') return indices.toSorted((i, j) => scores[i] - scores[j] || i - j).slice(0, count)
  throw new RangeError(
    `selectProxyData: expected strategy diverse, representative, greedy-cover or random, got ${String(strategy)}`,
  )
}

/**
 * The number of volumes that a budget stands for, out of `size`.
 *
 * @throws RangeError unless the budget is a share between 0 and 1 or a whole number from 1 to `size`.
 * @example
 * budgetCount(0.25, 30) // => 8
 */
export function budgetCount(budget: number, size: number): number {
  if (budget > 0 && budget < 1) return Math.max(1, Math.round(budget * size))
  if (!Number.isInteger(budget) || budget < 1 || budget > size) {
    throw new RangeError(`selectProxyData: expected a budget of 1 to ${size} volumes or a share below 1, got ${budget}`)
  }
  return budget
}
