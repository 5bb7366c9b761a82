/**
 * Pruners by name, with the options that a configuration file may set.
 *
 * @module
 */
import {
  hyperbandPruner,
  medianPruner,
  noPruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  wilcoxonPruner,
  type Pruner,
} from '@leanvox/hpo-search'
import { z } from 'zod'
import { defined } from './defined.ts'

const count = z.int().min(0).optional()
const percentile = { nStartupTrials: count, nWarmupSteps: count, interval: count, nMinTrials: count }

const inner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('median'), ...percentile }),
  z.strictObject({ kind: z.literal('percentile'), percentile: z.number(), ...percentile }),
  z.strictObject({
    kind: z.literal('successive-halving'),
    minResource: count,
    reductionFactor: count,
    minEarlyStoppingRate: count,
    bootstrapCount: count,
  }),
  z.strictObject({
    kind: z.literal('hyperband'),
    minResource: count,
    maxResource: z.union([z.int().min(1), z.literal('auto')]).optional(),
    reductionFactor: count,
    bootstrapCount: count,
    samplersSeeBracket: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('threshold'),
    lower: z.number().optional(),
    upper: z.number().optional(),
    nWarmupSteps: count,
    interval: count,
  }),
  z.strictObject({ kind: z.literal('wilcoxon'), pThreshold: z.number().optional(), nStartupSteps: count }),
])

/**
 * `{ "kind": "median", "nStartupTrials": 5 }`; further options are those of the library's pruner of that name. `patient`
 * lets the pruner in `of` stop only trials that have not improved for `patience` reports, or stops those itself.
 */
export const prunerSchema = z.discriminatedUnion('kind', [
  ...inner.options,
  z.strictObject({
    kind: z.literal('patient'),
    patience: z.int().min(0),
    minDelta: z.number().min(0).optional(),
    of: inner.optional(),
  }),
])

export type PrunerConfig = z.output<typeof prunerSchema>

/** The pruner of a configuration; throws RangeError for options out of the library's range. */
export function prunerOf(config: PrunerConfig): Pruner {
  if (config.kind === 'percentile') {
    const { percentile: share, kind: _, ...options } = config
    return percentilePruner(share, defined(options))
  }
  if (config.kind === 'patient') {
    const { of, patience, minDelta } = config
    return patientPruner(of === undefined ? null : prunerOf(of), defined({ patience, minDelta }))
  }
  const { kind, ...options } = config
  return makers[kind](defined(options) as never)
}

const makers: Readonly<Record<Exclude<PrunerConfig['kind'], 'percentile' | 'patient'>, (options: never) => Pruner>> = {
  none: noPruner,
  median: medianPruner,
  'successive-halving': successiveHalvingPruner,
  hyperband: hyperbandPruner,
  threshold: thresholdPruner,
  wilcoxon: wilcoxonPruner,
}
