/**
 * Independent uniform draws: uniform in the value, in its logarithm, or over the grid or choices.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { type Sampler } from './sampler.ts'
import { fromUnit } from './units.ts'

/**
 * Random search; each parameter of each trial has its own stream, so neither the order of questions nor that in which
 * trials finish matters.
 */
export function randomSampler({ seed = 0 }: { readonly seed?: number } = {}): Sampler {
  const rng = createRng(seed)
  return {
    name: 'random',
    sample: ({ number, space }) =>
      Object.fromEntries(
        Object.entries(space).map(([parameter, distribution]) => {
          const position = rng.split('random-sampler', number, parameter).uniform()
          return [parameter, fromUnit(distribution, position)]
        }),
      ),
  }
}
