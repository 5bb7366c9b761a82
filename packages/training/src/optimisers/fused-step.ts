/**
 * An optimiser step over all weights as one kernel, for backends that have it (onednn): each value is read and written
 * once, and hundreds of small operations become one.
 *
 * The kernel takes inputs numbered from 0, all weights, all gradients, then slot by slot all slots, and gives all new
 * weights and then the new slots in that order.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { engine, getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core'
import type { OptimizerState, OptimizerStep } from './optimiser.ts'

/** The kernel of a rule and its attributes at a step. */
export interface FusedRule {
  readonly kernel: string
  attributes(step: { learningRate: number; step: number }): Record<string, number | boolean>
}

export interface FusedInputs {
  readonly gradients: NamedTensors
  readonly state: OptimizerState
  readonly options: OptimizerStep
}

/** Whether the active backend runs the rule as one kernel on these weights. */
export function hasFusedStep({ kernel }: FusedRule, weights: NamedTensors): boolean {
  if (getKernel(kernel, getBackend()) === undefined) return false
  const all = Object.values(weights)
  return all.length > 0 && all.every(({ dtype, size }) => dtype === 'float32' && size > 0)
}

/** The step; `find` gets a tensor by name or throws. */
export function fusedStep(
  { slots, fused }: { readonly slots: readonly string[]; readonly fused: FusedRule },
  { gradients, state, options }: FusedInputs,
  find: (tensors: NamedTensors, name: string) => Tensor,
): { weights: NamedTensors; state: OptimizerState } {
  const names = Object.keys(options.weights)
  const inputs = [
    ...names.map((name) => options.weights[name]),
    ...names.map((name) => find(gradients, name)),
    ...slots.flatMap((slot) => names.map((name) => find(state, `${name}/${slot}`))),
  ]
  // tfjs types attributes as a closed union of its own; ours are plain values.
  const outputs = engine().runKernel(fused.kernel, { ...inputs } as never, fused.attributes(options) as never)
  const moved = outputs as Tensor[]
  const kept = names.flatMap((name, index) =>
    slots.map((slot, role) => [`${name}/${slot}`, moved[(role + 1) * names.length + index]] as const),
  )
  return {
    weights: Object.fromEntries(names.map((name, index) => [name, moved[index]])),
    state: Object.fromEntries(kept),
  }
}
