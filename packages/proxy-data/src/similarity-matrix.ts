/**
 * The similarity of every pair of volumes: n(n - 1)/2 comparisons, each volume prepared once.
 *
 * The work runs on the calling thread, and after each row the event loop gets a turn, so that progress can be shown and
 * a signal can end it. The diagonal holds each volume's similarity to itself; scores and selections do not read it.
 *
 * @module
 */
import { localNormalizedCrossCorrelationMeasure } from './local-correlation.ts'
import { requireSameShape, type Measure } from './measure.ts'
import { mutualInformationMeasure, normalizedMutualInformationMeasure } from './mutual-information.ts'
import type { Representation } from './representation.ts'

const MEASURES = {
  mi: mutualInformationMeasure,
  nmi: normalizedMutualInformationMeasure,
  lncc: localNormalizedCrossCorrelationMeasure,
}

/** A measure with its default options: mutual information, its normalised form, or local cross-correlation. */
export type MeasureName = keyof typeof MEASURES

/** Symmetric scores of n volumes: `values[i * size + j]`. */
export interface SimilarityMatrix {
  readonly values: Float64Array
  readonly size: number
}

/** Which measure, and how to follow or end the work. */
export interface SimilarityOptions {
  /** A name for the default options, or a measure, such as `mutualInformationMeasure({ bins: 64 })`. */
  readonly measure: MeasureName | Measure
  /** Called after each row with the number of pairs compared so far and in all. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  /** Rejects with the signal's reason before the next row. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Compares all pairs; an empty list gives a matrix of size 0.
 *
 * @throws RangeError unless all volumes have one shape; the signal's reason if it is aborted.
 */
export async function similarityMatrix(
  volumes: readonly Representation[],
  { measure, onProgress, signal }: SimilarityOptions,
): Promise<SimilarityMatrix> {
  requireSameShape(volumes, 'similarityMatrix')
  const chosen: Measure = typeof measure === 'string' ? MEASURES[measure]() : measure
  const size = volumes.length
  const values = new Float64Array(size * size)
  const total = (size * (size - 1)) / 2
  const prepared: unknown[] = []
  for (let i = 0; i < size; i++) {
    signal?.throwIfAborted()
    prepared.push(chosen.prepare(volumes[i]))
    for (let j = 0; j <= i; j++) {
      values[i * size + j] = values[j * size + i] = chosen.compare(prepared[i], prepared[j])
    }
    onProgress?.({ done: (i * (i + 1)) / 2, total })
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { values, size }
}
