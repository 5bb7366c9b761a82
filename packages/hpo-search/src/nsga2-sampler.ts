import { randomSampler } from './random-sampler.ts'
import { type Sampler } from './sampler.ts'
export function nsga2Sampler({ seed = 0 }: { readonly seed?: number } = {}): Sampler {
  return { ...randomSampler({ seed }), name: 'nsga2' }
}
