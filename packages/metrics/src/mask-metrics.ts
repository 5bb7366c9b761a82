/**
 * The metrics of a pair of masks by name, each with its best and its worst value: what `scoreMasks` chooses from.
 *
 * @module
 */
import { boundaryIou } from './boundary-iou.ts'
import { clDice } from './cl-dice.ts'
import {
  diceOf,
  iouOf,
  matthewsOf,
  precisionOf,
  sensitivityOf,
  specificityOf,
  volumeSimilarityOf,
} from './count-scores.ts'
import type { Grid } from './grid.ts'
import { imageDiagonal } from './image-diagonal.ts'
import { lesionDetection, type LesionOptions } from './lesion-detection.ts'
import type { MaskPair } from './mask-pair.ts'
import type { OverlapCounts } from './overlap.ts'
import type { SurfaceDistances } from './surface-distances.ts'
import {
  averageSurfaceDistance,
  hausdorffDistance,
  hd95,
  meanAverageSurfaceDistance,
  surfaceDice,
  type Hd95Options,
} from './surface-scores.ts'

/** What a metric may look at; distances are measured when first asked for. */
export interface MetricInput {
  readonly pair: MaskPair
  readonly grid: Grid
  readonly counts: OverlapCounts
  readonly distances: () => SurfaceDistances
  readonly settings: MetricSettings
}

/** Settings of the metrics that have any. */
export interface MetricSettings extends Hd95Options {
  /** Tolerance of 'surfaceDice' in mm; without it that metric cannot be asked for. */
  readonly toleranceMm?: number
  /** Width of the rim of 'boundaryIou' in mm; without it that metric cannot be asked for. */
  readonly boundaryWidthMm?: number
  /** Of 'lesionF1'. */
  readonly lesions?: Omit<LesionOptions, 'shape'>
}

/** A metric: its value, which direction is better, and between what it lies. */
export interface MaskMetric {
  readonly better: 'higher' | 'lower'
  readonly best: number
  readonly worst: (grid: Grid) => number
  readonly compute: (input: MetricInput) => number
}

const share = { better: 'higher', best: 1, worst: () => 0 } as const
// The image's diagonal exceeds every distance that two masks in it can have.
const distance = { better: 'lower', best: 0, worst: imageDiagonal } as const

/** Every metric of two masks by name. */
export const MASK_METRICS = {
  dice: { ...share, compute: ({ counts }) => diceOf(counts) },
  iou: { ...share, compute: ({ counts }) => iouOf(counts) },
  sensitivity: { ...share, compute: ({ counts }) => sensitivityOf(counts) },
  specificity: { ...share, compute: ({ counts }) => specificityOf(counts) },
  precision: { ...share, compute: ({ counts }) => precisionOf(counts) },
  matthewsCorrelation: { better: 'higher', best: 1, worst: () => -1, compute: ({ counts }) => matthewsOf(counts) },
  volumeSimilarity: { ...share, compute: ({ counts }) => volumeSimilarityOf(counts) },
  hausdorffDistance: { ...distance, compute: ({ distances }) => hausdorffDistance(distances()) },
  hd95: { ...distance, compute: ({ distances, settings }) => hd95(distances(), settings) },
  averageSurfaceDistance: { ...distance, compute: ({ distances }) => averageSurfaceDistance(distances()) },
  meanAverageSurfaceDistance: { ...distance, compute: ({ distances }) => meanAverageSurfaceDistance(distances()) },
  surfaceDice: {
    ...share,
    compute: ({ distances, settings }) =>
      surfaceDice(distances(), { toleranceMm: needed(settings.toleranceMm, 'toleranceMm', 'surfaceDice') }),
  },
  boundaryIou: {
    ...share,
    compute: ({ pair, grid, settings }) =>
      boundaryIou(pair, { ...grid, widthMm: needed(settings.boundaryWidthMm, 'boundaryWidthMm', 'boundaryIou') }),
  },
  clDice: { ...share, compute: ({ pair, grid }) => clDice(pair, grid) },
  lesionF1: {
    ...share,
    compute: ({ pair, grid, settings }) => lesionDetection(pair, { ...settings.lesions, shape: grid.shape }).f1,
  },
} as const satisfies Record<string, MaskMetric>

/** The name of a metric. */
export type MaskMetricName = keyof typeof MASK_METRICS

/** Throws RangeError, in the name of the function called, unless every name is a metric's. */
export function requireMetrics(names: readonly string[], caller: string): void {
  const odd = names.find((name) => !Object.hasOwn(MASK_METRICS, name))
  if (odd === undefined) return
  throw new RangeError(`${caller}: expected metrics of ${Object.keys(MASK_METRICS).join(', ')}, got ${odd}`)
}

function needed(value: number | undefined, name: string, metric: string): number {
  if (value !== undefined) return value
  throw new RangeError(`scoreMasks: expected ${name} for ${metric}, got none`)
}
