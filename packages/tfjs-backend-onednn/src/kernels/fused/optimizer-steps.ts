/**
 * One optimiser step over all weights in one call.
 *
 * LeanvoxAdamStep: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w = keep w - rate m / (sqrt(v) + epsilon), where
 * g = gradient + decay w, and rate and epsilon have the bias corrections in them.
 * LeanvoxSgdStep: u = momentum u + g, w = w - rate u (Nesterov: w - rate (g + momentum u)).
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { floats, isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'

interface OptimizerFunctions {
  adamStep(numbers: Float32Array, ...lists: Float32Array[][]): void
  sgdStep(numbers: Float32Array, ...lists: Float32Array[][]): void
}

/**
 * Inputs are numbered from '0': all weights, then all gradients, then the slots (Adam: all m, all v; SGD with
 * momentum: all buffers). Outputs are all new weights, then the new slots, in the same order.
 */
export const kernels = [
  kernel('LeanvoxAdamStep', (call) => {
    const { beta1, beta2, epsilon, rate, keep, decay } = call.attrs as Record<string, number>
    const numbers = Float32Array.of(beta1, beta2, epsilon, rate, keep, decay)
    return step(call, 4, ([weights, gradients, m, v], outputs) => {
      native<OptimizerFunctions>().adamStep(numbers, weights, gradients, m, v, ...outputs)
    })
  }),
  kernel('LeanvoxSgdStep', (call) => {
    const { rate, momentum, decay } = call.attrs as Record<string, number>
    const numbers = Float32Array.of(rate, momentum, call.attrs['nesterov'] ? 1 : 0, decay)
    return step(call, momentum === 0 ? 2 : 3, ([weights, gradients, buffers], [moved, kept]) => {
      const slots = buffers === undefined ? [] : [buffers, kept]
      native<OptimizerFunctions>().sgdStep(numbers, weights, gradients, moved, ...slots)
    })
  }),
]

type Run = (inputs: Float32Array[][], outputs: Float32Array[][]) => void

// Inputs come in `roles` lists of equal length; every role but the gradients has an output.
function step(call: KernelCall, roles: number, run: Run): TensorInfo[] | undefined {
  const inputs = Object.keys(call.inputs).map((_, index) => call.inputs[index])
  if (!inputs.every(isFloat)) return undefined
  const count = inputs.length / roles
  const lists = Array.from({ length: roles }, (_, role) => inputs.slice(role * count, (role + 1) * count))
  const weights = lists[0]
  const outputs = Array.from({ length: roles - 1 }, () =>
    weights.map((weight) => call.backend.take(sizeOf(weight), 'float32')),
  )
  run(
    lists.map((list) => list.map((info) => floats(call, info))),
    outputs,
  )
  return outputs.flatMap((list) => list.map((values, index) => result(call, weights[index].shape, values)))
}
