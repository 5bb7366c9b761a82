/**
 * What the similarity figure needs to know of a matrix: is it whole, which volume is most typical, which values occur.
 *
 * @module
 */
export interface SimilarityMatrix {
  /** `size * size` values, row after row. */
  readonly matrix: ArrayLike<number>
  readonly size: number
}

/** Mean similarity to the others, without the diagonal and without values that are not finite; NaN if there are none. */
export function meanSimilarity({ matrix, size }: SimilarityMatrix, row: number): number {
  let sum = 0
  let count = 0
  for (let column = 0; column < size; column++) {
    const value = matrix[row * size + column]
    if (column === row || !Number.isFinite(value)) continue
    sum += value
    count++
  }
  return count > 0 ? sum / count : NaN
}

/** Indices from the most typical volume to the least; equal means keep their order, NaN comes last. */
export function byMeanSimilarity(similarity: SimilarityMatrix): number[] {
  const means = Array.from({ length: similarity.size }, (_, row) => meanSimilarity(similarity, row))
  const rank = (i: number) => (Number.isNaN(means[i]) ? -Infinity : means[i])
  return means.map((_, i) => i).toSorted((a, b) => (rank(a) === rank(b) ? a - b : rank(b) - rank(a)))
}

/** Smallest and largest finite value off the diagonal; `[0, 1]` when there is none. */
export function offDiagonalRange({ matrix, size }: SimilarityMatrix): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < size * size; i++) {
    if (i % (size + 1) === 0 || !Number.isFinite(matrix[i])) continue
    low = Math.min(low, matrix[i])
    high = Math.max(high, matrix[i])
  }
  return low > high ? [0, 1] : [low, high]
}
