/**
 * Samplers by name, with the options that a configuration file may set.
 *
 * @module
 */
import {
  cmaEsSampler,
  gpSampler,
  gridSampler,
  nsga2Sampler,
  qmcSampler,
  randomSampler,
  reinforcementSampler,
  tpeSampler,
  type Sampler,
} from '@leanvox/hpo-search'
import { z } from 'zod'
import { defined } from './defined.ts'

const seed = z.int().default(0)
const count = z.int().min(0).optional()
const chance = z.number().min(0).max(1).optional()
const flag = z.boolean().optional()
const value = z.union([z.number(), z.string(), z.boolean(), z.null()])

/** `{ "kind": "tpe", "seed": 7 }`; further options are those of the library's sampler of that name. */
export const samplerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('random'), seed }),
  z.strictObject({ kind: z.literal('grid'), seed, grid: z.record(z.string(), z.array(value)) }),
  z.strictObject({ kind: z.literal('qmc'), seed, scramble: flag }),
  z.strictObject({
    kind: z.literal('tpe'),
    seed,
    nStartupTrials: count,
    nEiCandidates: count,
    multivariate: flag,
    group: flag,
    constantLiar: flag,
  }),
  z.strictObject({
    kind: z.literal('cma-es'),
    seed,
    nStartupTrials: count,
    populationSize: count,
    sigma: z.number().positive().optional(),
    restarts: z.enum(['none', 'ipop']).optional(),
  }),
  z.strictObject({ kind: z.literal('gp'), seed, nStartupTrials: count }),
  z.strictObject({
    kind: z.literal('nsga2'),
    seed,
    populationSize: count,
    mutationProbability: chance,
    crossoverProbability: chance,
    swappingProbability: chance,
  }),
  z.strictObject({ kind: z.literal('reinforcement'), seed }),
])

export type SamplerConfig = z.output<typeof samplerSchema>

/** The sampler of a configuration; throws RangeError for options out of the library's range. */
export function samplerOf(config: SamplerConfig): Sampler {
  const { kind, ...rest } = config
  const options = defined(rest)
  if (config.kind === 'grid') return gridSampler(config.grid, { seed: config.seed })
  return makers[kind as Exclude<typeof kind, 'grid'>](options as never)
}

const makers: Readonly<Record<Exclude<SamplerConfig['kind'], 'grid'>, (options: never) => Sampler>> = {
  random: randomSampler,
  qmc: qmcSampler,
  tpe: tpeSampler,
  'cma-es': cmaEsSampler,
  gp: gpSampler,
  nsga2: nsga2Sampler,
  reinforcement: reinforcementSampler,
}
