/**
 * Several metrics of one pair of masks, each under its policy for empty masks; voxels are counted and distances measured
 * once for all of them.
 *
 * @module
 */
import { voxelCount } from '@leanvox/volume'
import { emptyPolicyOf, requirePolicies, underPolicy, type EmptyMasks, type EmptyPolicies } from './empty-policy.ts'
import { requireGrid, type Grid } from './grid.ts'
import { MASK_METRICS, requireMetrics, type MaskMetricName, type MetricSettings } from './mask-metrics.ts'
import type { MaskPair } from './mask-pair.ts'
import { countFor, type OverlapCounts } from './overlap.ts'
import { surfaceDistances, type Boundary, type SurfaceDistances } from './surface-distances.ts'

/** The scores of one structure in one case. */
export interface MaskScores<M extends MaskMetricName = MaskMetricName> {
  /** By metric, under its policy. */
  readonly values: Readonly<Record<M, number>>
  readonly empty: EmptyMasks
  readonly counts: OverlapCounts
}

/** The grid, which metrics, and how. */
export interface ScoreOptions<M extends MaskMetricName = MaskMetricName> extends Grid, MetricSettings {
  readonly metrics: readonly M[]
  /** What the surfaces of all distance metrics are made of; default voxels. */
  readonly boundary?: Boundary
  /** Changes to the default policies (see empty-policy.ts). */
  readonly emptyPolicy?: EmptyPolicies
}

/**
 * Scores two masks.
 *
 * @throws RangeError for masks that do not fit the shape, a spacing that is not positive, an unknown metric or policy, or
 *   a metric whose setting is missing
 * @example
 * scoreMasks(pair, { shape, spacing, metrics: ['dice', 'hd95'], emptyPolicy: { hd95: 'inf' } }).values.hd95
 */
export function scoreMasks<M extends MaskMetricName>(pair: MaskPair, options: ScoreOptions<M>): MaskScores<M> {
  const { shape, spacing, metrics, boundary = 'voxel', emptyPolicy = {} } = options
  const grid = { shape, spacing }
  requireGrid(pair, grid, 'scoreMasks')
  requireMetrics(metrics, 'scoreMasks')
  requirePolicies(emptyPolicy, 'scoreMasks')
  const counts = countFor(pair, 'scoreMasks')
  const empty = emptyMasks(counts)
  let measured: SurfaceDistances | undefined
  const distances = () => (measured ??= surfaceDistances(pair, { ...grid, boundary }))
  const input = { pair, grid, counts, distances, settings: options }
  const values = metrics.map((metric) => {
    const own = MASK_METRICS[metric].compute(input)
    return [metric, underPolicy(metric, own, { empty, policy: emptyPolicyOf(metric, emptyPolicy), grid })]
  })
  return { values: Object.fromEntries(values) as Record<M, number>, empty, counts }
}

/**
 * The scores of a structure that is in neither mask, without masks of zeros: as `scoreMasks` gives them.
 *
 * @throws RangeError for an unknown metric or policy
 */
export function scoreAbsent<M extends MaskMetricName>(options: ScoreOptions<M>): MaskScores<M> {
  const { shape, spacing, metrics, emptyPolicy = {} } = options
  requireMetrics(metrics, 'scoreAbsent')
  requirePolicies(emptyPolicy, 'scoreAbsent')
  const values = metrics.map((metric) => {
    // Nothing is in the image: only specificity is defined, and perfect.
    const own = metric === 'specificity' ? 1 : NaN
    const policy = emptyPolicyOf(metric, emptyPolicy)
    return [metric, underPolicy(metric, own, { empty: 'both', policy, grid: { shape, spacing } })]
  })
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: voxelCount(shape) }
  return { values: Object.fromEntries(values) as Record<M, number>, empty: 'both', counts }
}

function emptyMasks({ truePositives, falsePositives, falseNegatives }: OverlapCounts): EmptyMasks {
  const predicted = truePositives + falsePositives > 0
  const referred = truePositives + falseNegatives > 0
  if (predicted && referred) return 'none'
  return predicted ? 'reference' : referred ? 'prediction' : 'both'
}
