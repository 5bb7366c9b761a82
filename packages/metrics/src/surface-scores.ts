/**
 * One number in mm from the surface distances of two masks. All three are symmetric in prediction and reference.
 *
 * hausdorffDistance: the largest of all distances. hd95: the larger of the two directed 95th percentiles, each linear
 * between order statistics as numpy.percentile (MONAI and DeepMind's surface-distance; MedPy pools both lists first).
 * averageSurfaceDistance: the mean over both lists pooled, sum of all / number of all, known as ASSD; the mean of the
 * two directed means is another number.
 *
 * Empty masks: with both empty there is nothing to measure and the answer is NaN; with one empty it is Infinity.
 *
 * @module
 */
import { percentile } from './descriptive.ts'
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

function worstDirected({ predictionToReference, referenceToPrediction }: SurfaceDistances, percent: number): number {
  const directed = [predictionToReference, referenceToPrediction].filter((list) => list.length > 0)
  return directed.length === 0 ? NaN : Math.max(...directed.map((list) => percentile(list, percent)))
}
