/**
 * Adam (Kingma and Ba, ICLR 2015) and AdamW (Loshchilov and Hutter, ICLR 2019), in PyTorch's form:
 *
 * m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2
 * w = w - lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 *
 * Weight decay is an L2 term in the gradient for `adam` and the decoupled w (1 - lr decay) for `adamW`.
 *
 * @module
 */
import { add, div, mul, square, sqrt, sub } from '@tensorflow/tfjs-core'
import type { FusedRule } from './fused-step.ts'
import type { Optimizer } from './optimiser.ts'
import { perWeight, type WeightUpdate } from './per-weight.ts'

export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  readonly weightDecay?: number
}

/** Adam; slots `m` and `v`. Throws RangeError for a beta outside [0, 1), or a negative epsilon or decay. */
export function adam({ weightDecay = 0, ...options }: AdamOptions = {}): Optimizer {
  const rule = adamRule('adam', { ...options, weightDecay })
  const fused = fusedAdam(options, () => ({ keep: 1, decay: weightDecay }))
  if (weightDecay === 0) return perWeight('adam', { slots: ['m', 'v'], apply: rule, fused })
  return perWeight('adam', {
    slots: ['m', 'v'],
    fused,
    apply: (update) => rule({ ...update, gradient: add(update.gradient, mul(update.weight, weightDecay)) }),
  })
}

/** AdamW; slots and errors as {@link adam}, with a decay of 0.01 unless given. */
export function adamW({ weightDecay = 0.01, ...options }: AdamOptions = {}): Optimizer {
  const rule = adamRule('adamW', { ...options, weightDecay })
  return perWeight('adamW', {
    slots: ['m', 'v'],
    fused: fusedAdam(options, (learningRate) => ({ keep: 1 - learningRate * weightDecay, decay: 0 })),
    apply: (update) => rule({ ...update, weight: mul(update.weight, 1 - update.learningRate * weightDecay) }),
  })
}

// `decay` says what a step keeps of the weight, and its share in the gradient.
function fusedAdam(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  decay: (learningRate: number) => { keep: number; decay: number },
): FusedRule {
  const attributes = ({ learningRate, step }: { learningRate: number; step: number }) => {
    const correction = Math.sqrt(1 - beta2 ** step)
    const rate = (learningRate * correction) / (1 - beta1 ** step)
    return { beta1, beta2, rate, epsilon: epsilon * correction, ...decay(learningRate) }
  }
  return { kernel: 'LeanvoxAdamStep', attributes }
}

function adamRule(caller: string, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions) {
  for (const beta of [beta1, beta2]) {
    if (!(beta >= 0 && beta < 1)) throw new RangeError(`${caller}: expected betas in [0, 1), got ${beta1} and ${beta2}`)
  }
  if (!(epsilon >= 0 && weightDecay >= 0)) {
    throw new RangeError(`${caller}: expected epsilon and weightDecay of at least 0, got ${epsilon} and ${weightDecay}`)
  }
  return ({ weight, gradient, slots, learningRate, step }: WeightUpdate) => {
    const m = add(mul(slots.m, beta1), mul(gradient, 1 - beta1))
    const v = add(mul(slots.v, beta2), mul(square(gradient), 1 - beta2))
    // Dividing through by the bias correction of v saves a pass over the weight.
    const correction = Math.sqrt(1 - beta2 ** step)
    const rate = (learningRate * correction) / (1 - beta1 ** step)
    const change = mul(div(m, add(sqrt(v), epsilon * correction)), rate)
    return { weight: sub(weight, change), slots: { m, v } }
  }
}
