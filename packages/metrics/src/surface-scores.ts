/**
 * One number from the surface distances of two masks. All are symmetric in prediction and reference.
 *
 * hausdorffDistance: the largest of all distances. averageSurfaceDistance: the mean over both lists pooled, known as
 * ASSD; meanAverageSurfaceDistance: the mean of the two directed means (MASD). surfaceDice: the share of both surfaces
 * within a tolerance, known as NSD. Distances of surface elements weigh by their areas in all of these. hd95 has one
 * definition for each tool that people compare with (see Hd95Definition).
 *
 * Empty masks: with both empty there is nothing to measure and the answer is NaN; with one empty a distance is Infinity
 * and surfaceDice 0.
 *
 * @module
 */
import { mean, percentile } from './descriptive.ts'
import type { SurfaceDistances } from './surface-distances.ts'
import { weightedPercentile } from './weighted-percentile.ts'

/**
 * 'max-directed': the larger of the two directed percentiles, each linear between order statistics as numpy.percentile
 * (MONAI, MetricsReloaded). 'pooled': the percentile of both lists together (MedPy). 'surface-area': the larger of the
 * two directed percentiles by area, without interpolation (DeepMind's surface-distance); needs surface elements.
 */
export type Hd95Definition = 'max-directed' | 'pooled' | 'surface-area'

/** Which definition; default 'surface-area' for distances with areas, else 'max-directed'. */
export interface Hd95Options {
  readonly definition?: Hd95Definition
}

/** Largest distance from either surface to the other, in mm. NaN if both masks are empty, Infinity if one is. */
export function hausdorffDistance({ predictionToReference, referenceToPrediction }: SurfaceDistances): number {
  let largest = NaN
  // Not Math.max: a list may have more items than a call may have arguments.
  for (const list of [predictionToReference, referenceToPrediction]) {
    for (let i = 0; i < list.length; i++) if (!(list[i] <= largest)) largest = list[i]
  }
  return largest
}

/** 95th percentile Hausdorff distance, in mm. NaN if both masks are empty, Infinity if one is. */
export function hd95(distances: SurfaceDistances, options: Hd95Options = {}): number {
  return percentileDistance(distances, 95, options)
}

/**
 * As `hd95`, of another percentage; 100 is the Hausdorff distance.
 *
 * @throws RangeError for a percentage outside [0, 100], a definition of another name, or 'surface-area' without areas.
 */
export function percentileDistance(
  distances: SurfaceDistances,
  percent: number,
  { definition = distances.areas ? 'surface-area' : 'max-directed' }: Hd95Options = {},
): number {
  const { predictionToReference, referenceToPrediction, areas } = distances
  const lists = [predictionToReference, referenceToPrediction]
  const pick = (directed: readonly number[]) => {
    const defined = directed.filter((value) => !Number.isNaN(value))
    return defined.length === 0 ? NaN : Math.max(...defined)
  }
  if (definition === 'max-directed') return pick(lists.map((list) => percentile(list, percent)))
  if (definition === 'pooled') return percentile(concatenated(lists), percent)
  if (definition !== 'surface-area') {
    throw new RangeError(
      `hd95: expected definition 'max-directed', 'pooled' or 'surface-area', got '${String(definition)}'`,
    )
  }
  if (!areas)
    throw new RangeError("hd95: expected distances of surface elements for 'surface-area', got those of voxels")
  return pick([
    weightedPercentile({ values: predictionToReference, weights: areas.prediction }, percent),
    weightedPercentile({ values: referenceToPrediction, weights: areas.reference }, percent),
  ])
}

/** Average symmetric surface distance (ASSD, pooled), in mm. NaN if both masks are empty, Infinity if one is. */
export function averageSurfaceDistance(distances: SurfaceDistances): number {
  const [prediction, reference] = sides(distances)
  return (weightedSum(prediction) + weightedSum(reference)) / (weightWithin(prediction) + weightWithin(reference))
}

/** Mean of the two directed mean distances (MASD), in mm. NaN if both masks are empty, Infinity if one is. */
export function meanAverageSurfaceDistance(distances: SurfaceDistances): number {
  const { predictionToReference, referenceToPrediction } = directedAverages(distances)
  return mean([predictionToReference, referenceToPrediction].filter((value) => !Number.isNaN(value)))
}

/** Mean distance in mm from either surface to the other; NaN for an empty mask's, Infinity if only the other is empty. */
export function directedAverages(distances: SurfaceDistances): Record<keyof Omit<SurfaceDistances, 'areas'>, number> {
  const [prediction, reference] = sides(distances)
  return {
    predictionToReference: weightedSum(prediction) / weightWithin(prediction),
    referenceToPrediction: weightedSum(reference) / weightWithin(reference),
  }
}

/**
 * Share of both surfaces that lies within `toleranceMm` of the other (normalised surface Dice, NSD), in [0, 1]. NaN if
 * both masks are empty, 0 if one is.
 *
 * @throws RangeError for a tolerance that is negative or not finite.
 */
export function surfaceDice(distances: SurfaceDistances, { toleranceMm }: { readonly toleranceMm: number }): number {
  if (!(toleranceMm >= 0 && Number.isFinite(toleranceMm))) {
    throw new RangeError(`surfaceDice: expected a tolerance of at least 0 mm, got ${toleranceMm}`)
  }
  const [prediction, reference] = sides(distances)
  const within = weightWithin(prediction, toleranceMm) + weightWithin(reference, toleranceMm)
  return within / (weightWithin(prediction) + weightWithin(reference))
}

/** The distances from one surface, and the areas of its elements. */
interface Side {
  readonly list: Float64Array
  readonly areas: Float64Array | undefined
}

function sides({ predictionToReference, referenceToPrediction, areas }: SurfaceDistances): [Side, Side] {
  return [
    { list: predictionToReference, areas: areas?.prediction },
    { list: referenceToPrediction, areas: areas?.reference },
  ]
}

/** Sum of the distances, each times its area, or 1. */
function weightedSum({ list, areas }: Side): number {
  let sum = 0
  if (areas) for (let i = 0; i < list.length; i++) sum += areas[i] * list[i]
  else for (let i = 0; i < list.length; i++) sum += list[i]
  return sum
}

/** Area, or number, of the elements at most so far away. */
function weightWithin({ list, areas }: Side, limit = Infinity): number {
  let sum = 0
  for (let i = 0; i < list.length; i++) if (list[i] <= limit) sum += areas ? areas[i] : 1
  return sum
}

function concatenated(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists[0].length + lists[1].length)
  all.set(lists[0])
  all.set(lists[1], lists[0].length)
  return all
}
