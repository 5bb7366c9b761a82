/**
 * One step: gradients of the loss, clipping, update.
 *
 * @module
 */
import { disposeAll, valueAndGradients, type NamedTensors } from '@leanvox/engine'
import { dispose, tidy } from '@tensorflow/tfjs-core'
import { clipByGlobalNorm } from '../gradient-clipping.ts'
import { toBatchTensors, type Batch } from '../patches/batch.ts'
import { networkLoss } from './network-loss.ts'
import type { TrainPlan } from './plan.ts'

/** What a step changes. */
export interface Learned {
  readonly weights: NamedTensors
  readonly slots: NamedTensors
}

/** The batch of a step and its place in the run; steps count from 1. */
export interface StepInput {
  readonly batch: Batch
  readonly learningRate: number
  readonly step: number
}

/** One update. Old and new tensors belong to the caller. */
export async function trainStep(
  plan: TrainPlan,
  { weights, slots }: Learned,
  { batch, learningRate, step }: StepInput,
): Promise<{ learned: Learned; loss: number }> {
  const { network, gradientClip } = plan.options
  const tensors = toBatchTensors(batch, network.spec.dimensions)
  try {
    const { value, updated } = tidy(() => {
      const { value, gradients } = valueAndGradients(networkLoss({ network, loss: plan.loss }, tensors), weights)
      const clipped = gradientClip === null ? gradients : clipByGlobalNorm(gradients, gradientClip).gradients
      const { weights: moved, state } = plan.optimizer.update(clipped, slots, { weights, learningRate, step })
      return { value, updated: { weights: moved, slots: state } }
    })
    const [loss] = await value.data()
    value.dispose()
    return { learned: updated, loss }
  } finally {
    dispose([tensors.images, tensors.labels])
  }
}

/** Frees weights and slots. */
export function disposeLearned({ weights, slots }: Learned): void {
  disposeAll(weights)
  disposeAll(slots)
}
