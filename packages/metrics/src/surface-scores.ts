/**
 * One number from the surface distances of two masks. All are symmetric in prediction and reference.
 *
 * hausdorffDistance: the largest of all distances. hd95: the larger of the two directed 95th percentiles, each linear
 * between order statistics as numpy.percentile (MONAI and DeepMind's surface-distance; MedPy pools both lists first).
 * averageSurfaceDistance: the mean over both lists pooled, sum of all / number of all, known as ASSD; the mean of the
 * two directed means is another number.
 *
 * Empty masks: with both empty there is nothing to measure and the answer is NaN; with one empty a distance is Infinity
 * and surfaceDice 0.
 *
 * @module
 */
import { mean, percentile } from './descriptive.ts'
import type { SurfaceDistances } from './surface-distances.ts'

/** Largest distance from either surface to the other, in mm. NaN if both masks are empty, Infinity if one is. */
export function hausdorffDistance(distances: SurfaceDistances): number {
  return worstDirected(distances, 100)
}

/** Larger of the two directed 95th percentiles, in mm. NaN if both masks are empty, Infinity if one is. */
export function hd95(distances: SurfaceDistances): number {
  return worstDirected(distances, 95)
}

/** Average symmetric surface distance (ASSD, pooled), in mm. NaN if both masks are empty, Infinity if one is. */
export function averageSurfaceDistance({ predictionToReference, referenceToPrediction }: SurfaceDistances): number {
  const sum = (list: Float64Array) => list.reduce((total, distance) => total + distance, 0)
  const count = predictionToReference.length + referenceToPrediction.length
  return (sum(predictionToReference) + sum(referenceToPrediction)) / count
}

/** Mean of the two directed mean distances (MASD), in mm. NaN if both masks are empty, Infinity if one is. */
export function meanAverageSurfaceDistance({ predictionToReference, referenceToPrediction }: SurfaceDistances): number {
  const directed = [predictionToReference, referenceToPrediction].filter((list) => list.length > 0)
  return mean(directed.map(mean))
}

/**
 * Share of both surfaces that lies within `toleranceMm` of the other, in [0, 1]. NaN if both masks are empty, 0 if one is.
 *
 * @throws RangeError for a tolerance that is negative or not finite.
 */
export function surfaceDice(
  { predictionToReference, referenceToPrediction }: SurfaceDistances,
  { toleranceMm }: { readonly toleranceMm: number },
): number {
  if (!(toleranceMm >= 0 && Number.isFinite(toleranceMm))) {
    throw new RangeError(`surfaceDice: expected a tolerance of at least 0 mm, got ${toleranceMm}`)
  }
  const within = (list: Float64Array) => list.reduce((count, distance) => count + (distance <= toleranceMm ? 1 : 0), 0)
  const count = predictionToReference.length + referenceToPrediction.length
  return (within(predictionToReference) + within(referenceToPrediction)) / count
}

function worstDirected({ predictionToReference, referenceToPrediction }: SurfaceDistances, percent: number): number {
  const directed = [predictionToReference, referenceToPrediction].filter((list) => list.length > 0)
  return directed.length === 0 ? NaN : Math.max(...directed.map((list) => percentile(list, percent)))
}
