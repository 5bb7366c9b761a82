/**
 * Clipping by the global norm (Pascanu, Mikolov and Bengio, ICML 2013): all gradients are scaled by
 * min(1, maxNorm / (norm + 1e-6)), norm being the Euclidean norm of all of them together (PyTorch's constant).
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { add, addN, div, minimum, mul, type Scalar, sqrt, square, sum, tidy } from '@tensorflow/tfjs-core'

/**
 * New gradients of a global norm of at most `maxNorm`, and the norm before clipping as a scalar tensor, so that nothing
 * waits for the device; the caller disposes both.
 *
 * A NaN in any gradient makes the norm and every clipped gradient NaN; an infinite one makes the norm infinite, its own
 * elements NaN and the others 0. Check that the norm is finite before using the step.
 *
 * @throws RangeError unless `maxNorm` is positive
 */
export function clipByGlobalNorm(gradients: NamedTensors, maxNorm: number): { gradients: NamedTensors; norm: Scalar } {
  if (!(maxNorm > 0)) throw new RangeError(`clipByGlobalNorm: expected a positive maxNorm, got ${maxNorm}`)
  const entries = Object.entries(gradients)
  if (entries.length === 0) throw new RangeError('clipByGlobalNorm: expected at least one gradient, got 0')
  return tidy(() => {
    const norm = sqrt(addN(entries.map(([, gradient]) => sum(square(gradient))))) as Scalar
    const factor = minimum(1, div(maxNorm, add(norm, 1e-6)))
    return { gradients: Object.fromEntries(entries.map(([name, gradient]) => [name, mul(gradient, factor)])), norm }
  })
}
