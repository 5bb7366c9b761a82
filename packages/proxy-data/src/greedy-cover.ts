/**
 * Greedy cover: start with one volume, then add, again and again, the volume whose nearest chosen one is least similar,
 * argmin_j max_{i in P} S_ij. This is the farthest-first traversal of k-centre (Gonzalez 1985) with similarity in the
 * place of distance, the form used for data selection by Sener and Savarese (2018). Our addition to the two rankings.
 *
 * @module
 */
import type { SimilarityMatrix } from './similarity-matrix.ts'

/** `budget` volumes in the order chosen, beginning with `start`; ties go to the lower index. */
export function greedyCover({ values, size }: SimilarityMatrix, start: number, budget: number): number[] {
  const chosen = [start]
  const nearest = Float64Array.from({ length: size }, (_, j) => values[start * size + j])
  const taken = new Set(chosen)
  while (chosen.length < budget) {
    let next = -1
    for (let j = 0; j < size; j++) {
      if (!taken.has(j) && (next < 0 || nearest[j] < nearest[next])) next = j
    }
    chosen.push(next)
    taken.add(next)
    for (let j = 0; j < size; j++) nearest[j] = Math.max(nearest[j], values[next * size + j])
  }
  return chosen
}
