/**
 * What an optimiser is: a pair of pure functions over named weights. Its state is named tensors too, one slot per weight
 * and moment (`<weight>/m`), so a checkpoint stores it like weights and never depends on an order.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'

/** Slots named `<weight>/<moment>`, each in its weight's shape. */
export type OptimizerState = NamedTensors

export interface OptimizerStep {
  readonly weights: NamedTensors
  readonly learningRate: number
  /** The number of this update, 1 for the first. */
  readonly step: number
}

export interface Optimizer {
  /** Zeros for every slot; the caller owns them. */
  init(weights: NamedTensors): OptimizerState
  /**
   * New weights and new state after one update, owned by the caller, who also still owns (and disposes) the old ones.
   *
   * @throws RangeError when a weight has no gradient or slot, the step is below 1, or the learning rate is negative
   */
  update(
    gradients: NamedTensors,
    state: OptimizerState,
    step: OptimizerStep,
  ): { weights: NamedTensors; state: OptimizerState }
}
