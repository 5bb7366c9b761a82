/**
 * Carries an update rule for one weight over all named weights: zero slots at the start, then the rule weight by weight
 * with everything between disposed. Where the backend has a kernel for the whole step, that runs instead.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import { fusedStep, type FusedRule, hasFusedStep } from './fused-step.ts'
import type { Optimizer, OptimizerStep } from './optimiser.ts'

/** One weight's tensors at an update, with the step's numbers. */
export interface WeightUpdate {
  readonly weight: Tensor
  readonly gradient: Tensor
  readonly slots: Readonly<Record<string, Tensor>>
  readonly learningRate: number
  readonly step: number
}

export interface UpdateRule {
  readonly slots: readonly string[]
  apply(update: WeightUpdate): { weight: Tensor; slots: Readonly<Record<string, Tensor>> }
  /** The same rule as one kernel over all weights. */
  readonly fused: FusedRule
}

/** The optimiser of a rule; `caller` names it in errors. */
export function perWeight(caller: string, rule: UpdateRule): Optimizer {
  return {
    init: (weights) => zeroSlots(weights, rule.slots),
    update(gradients, state, options) {
      checkStep(caller, options)
      if (hasFusedStep(rule.fused, options.weights)) {
        const find = (tensors: NamedTensors, name: string) => entry(caller, tensors, name)
        return fusedStep(rule, { gradients, state, options }, find)
      }
      const weights: Record<string, Tensor> = {}
      const slots: Record<string, Tensor> = {}
      for (const [name, weight] of Object.entries(options.weights)) {
        // A tidy for each weight keeps the peak at one weight's intermediates.
        const next = tidy(() => {
          const own = rule.slots.map((slot) => [slot, entry(caller, state, `${name}/${slot}`)] as const)
          const gradient = entry(caller, gradients, name)
          return rule.apply({ ...options, weight, gradient, slots: Object.fromEntries(own) })
        })
        weights[name] = next.weight
        for (const slot of rule.slots) slots[`${name}/${slot}`] = next.slots[slot]
      }
      return { weights, state: slots }
    },
  }
}

function zeroSlots(weights: NamedTensors, slots: readonly string[]): NamedTensors {
  const names = Object.keys(weights).flatMap((name) => slots.map((slot) => [name, slot] as const))
  return Object.fromEntries(names.map(([name, slot]) => [`${name}/${slot}`, zeros(weights[name].shape)]))
}

function entry(caller: string, tensors: NamedTensors, name: string): Tensor {
  const tensor = tensors[name]
  if (!tensor) {
    throw new RangeError(`${caller}: expected an entry for ${name}, got ${Object.keys(tensors).length} others`)
  }
  return tensor
}

function checkStep(caller: string, { step, learningRate }: OptimizerStep): void {
  if (!(Number.isInteger(step) && step >= 1)) {
    throw new RangeError(`${caller}: expected a step of at least 1, got ${step}`)
  }
  if (!(learningRate >= 0 && Number.isFinite(learningRate))) {
    throw new RangeError(`${caller}: expected a finite learning rate of at least 0, got ${learningRate}`)
  }
}
