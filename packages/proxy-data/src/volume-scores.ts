/**
 * From pair scores to one score per volume: c_i = mean of S_ij over the other volumes j (our reading; the step from
 * pairs to volumes is not in the part of Nath et al. 2021 that could be read). High means redundant, low means unlike
 * the rest.
 *
 * @module
 */
import type { SimilarityMatrix } from './similarity-matrix.ts'

/**
 * The mean similarity of each volume to the others.
 *
 * @throws RangeError for fewer than two volumes, values that do not fill the matrix, or NaN off the diagonal.
 */
export function volumeScores(matrix: SimilarityMatrix): Float64Array {
  requireScores(matrix, 'volumeScores')
  const { values, size } = matrix
  return Float64Array.from({ length: size }, (_, i) => {
    let sum = 0
    for (let j = 0; j < size; j++) if (j !== i) sum += values[i * size + j]
    return sum / (size - 1)
  })
}

/** Throws RangeError, in the name of the function called, unless the matrix can rank its volumes. */
export function requireScores({ values, size }: SimilarityMatrix, caller: string): void {
  if (size < 2) throw new RangeError(`${caller}: expected at least 2 volumes, got ${size}`)
  if (values.length !== size * size) {
    throw new RangeError(`${caller}: expected ${size * size} values for ${size} volumes, got ${values.length}`)
  }
  const bad = values.findIndex((value, k) => Number.isNaN(value) && Math.floor(k / size) !== k % size)
  if (bad >= 0) {
    throw new RangeError(
      `${caller}: expected a similarity of volumes ${Math.floor(bad / size)} and ${bad % size}, got NaN`,
    )
  }
}
