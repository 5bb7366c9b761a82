/**
 * Pruners by name, with the options that a configuration file may set.
 *
 * @module
 */
import { medianPruner, noPruner, successiveHalvingPruner, type Pruner } from '@leanvox/hpo-search'
import { z } from 'zod'
import { defined } from './defined.ts'

const count = z.int().min(0).optional()

/** `{ "kind": "median", "nStartupTrials": 5 }`; further options are those of the library's pruner of that name. */
export const prunerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('median'),
    nStartupTrials: count,
    nWarmupSteps: count,
    interval: count,
    nMinTrials: count,
  }),
  z.strictObject({
    kind: z.literal('successive-halving'),
    minResource: count,
    reductionFactor: count,
    minEarlyStoppingRate: count,
  }),
])

export type PrunerConfig = z.output<typeof prunerSchema>

/** The pruner of a configuration. */
export function prunerOf(config: PrunerConfig): Pruner {
  const { kind, ...options } = config
  return makers[kind](defined(options) as never)
}

const makers: Readonly<Record<PrunerConfig['kind'], (options: never) => Pruner>> = {
  none: noPruner,
  median: medianPruner,
  'successive-halving': successiveHalvingPruner,
}
