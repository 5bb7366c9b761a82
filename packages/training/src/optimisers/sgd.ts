/**
 * Stochastic gradient descent with momentum, in PyTorch's form (the momentum buffer starts as the first gradient and has
 * no damping):
 *
 * g = g + decay w, u = momentum u + g, w = w - lr u, or with Nesterov w = w - lr (g + momentum u)
 *
 * @module
 */
import { add, mul, sub } from '@tensorflow/tfjs-core'
import type { Optimizer } from './optimiser.ts'
import { perWeight, type WeightUpdate } from './per-weight.ts'

export interface SgdOptions {
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly weightDecay?: number
}

/**
 * SGD; one slot `momentum` unless the momentum is 0.
 *
 * @throws RangeError for a momentum outside [0, 1), a negative decay, or Nesterov without momentum
 */
export function sgd({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: expected a momentum in [0, 1), got ${momentum}`)
  if (!(weightDecay >= 0)) throw new RangeError(`sgd: expected a weightDecay of at least 0, got ${weightDecay}`)
  if (nesterov && momentum === 0) throw new RangeError('sgd: expected a positive momentum with nesterov, got 0')
  const slots = momentum === 0 ? [] : ['momentum']
  const fused = {
    kernel: 'LeanvoxSgdStep',
    attributes: ({ learningRate: rate }: { learningRate: number }) => ({
      rate,
      momentum,
      nesterov,
      decay: weightDecay,
    }),
  }
  return perWeight('sgd', { slots, apply, fused })

  function apply({ weight, gradient: raw, slots, learningRate }: WeightUpdate) {
    const gradient = weightDecay === 0 ? raw : add(raw, mul(weight, weightDecay))
    if (momentum === 0) return { weight: sub(weight, mul(gradient, learningRate)), slots: {} }
    const buffer = add(mul(slots.momentum, momentum), gradient)
    const direction = nesterov ? add(gradient, mul(buffer, momentum)) : buffer
    return { weight: sub(weight, mul(direction, learningRate)), slots: { momentum: buffer } }
  }
}
