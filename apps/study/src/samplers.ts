/**
 * Samplers by name, with the options that a configuration file may set.
 *
 * @module
 */
import { randomSampler, reinforcementSampler, tpeSampler, type Sampler } from '@leanvox/hpo-search'
import { z } from 'zod'
import { defined } from './defined.ts'

const seed = z.int().default(0)
const count = z.int().min(0).optional()

/** `{ "kind": "tpe", "seed": 7 }`; further options are those of the library's sampler of that name. */
export const samplerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('random'), seed }),
  z.strictObject({
    kind: z.literal('tpe'),
    seed,
    nStartupTrials: count,
    nEiCandidates: count,
    multivariate: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('reinforcement'), seed }),
])

export type SamplerConfig = z.output<typeof samplerSchema>

/** The sampler of a configuration. */
export function samplerOf(config: SamplerConfig): Sampler {
  const { kind, ...options } = config
  return makers[kind](defined(options) as never)
}

const makers: Readonly<Record<SamplerConfig['kind'], (options: never) => Sampler>> = {
  random: randomSampler,
  tpe: tpeSampler,
  reinforcement: reinforcementSampler,
}
