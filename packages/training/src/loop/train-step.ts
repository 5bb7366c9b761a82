/**
 * One step: gradients of the loss, clipping, update, moving average.
 *
 * @module
 */
import { disposeAll, valueAndGradients, type NamedTensors } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { dispose, tidy, type Scalar } from '@tensorflow/tfjs-core'
import { clipByGlobalNorm } from '../gradient-clipping.ts'
import { toBatchTensors } from '../patches/batch.ts'
import type { SampledBatch } from '../patches/patch-sampler.ts'
import type { StepBatch, StepContext } from './hooks.ts'
import { movedAverage } from './moving-average.ts'
import { networkLoss } from './network-loss.ts'
import type { TrainPlan } from './plan.ts'

/** What a step changes. */
export interface Learned {
  readonly weights: NamedTensors
  readonly slots: NamedTensors
  /** The moving average of the weights; empty when none is kept. */
  readonly average: NamedTensors
}

/** The batch of a step and its place in the run; epochs and steps count from 1. */
export interface StepInput {
  readonly batch: SampledBatch
  /** By case; null when every item counts the same. */
  readonly lossWeights: readonly number[] | null
  readonly learningRate: number
  readonly epoch: number
  readonly step: number
}

export interface StepOutcome {
  readonly learned: Learned
  readonly loss: number
  readonly multiplyAdds: number
}

/** One update. Old and new tensors belong to the caller. */
export async function trainStep(plan: TrainPlan, before: Learned, input: StepInput): Promise<StepOutcome> {
  const { network, patchSize } = plan.options
  const { batch, lossWeights } = input
  const context = stepContext(plan, before, input)
  const tensors = toBatchTensors(batch, network.spec.dimensions)
  const items: StepBatch = {
    ...tensors,
    cases: batch.cases,
    lossWeights: lossWeights && batch.cases.map((at) => lossWeights[at]),
  }
  try {
    const { value, learned } = tidy(() => {
      const { value, gradients } = valueAndGradients(lossOf(plan, items, context), before.weights)
      return { value, learned: { ...updated(plan, before, { gradients, ...input }) } }
    })
    const [loss] = await value.data()
    value.dispose()
    const multiplyAdds = 3 * batch.size * network.multiplyAdds(patchSize, context.applyOptions)
    return { learned, loss, multiplyAdds }
  } finally {
    dispose([tensors.images, tensors.labels])
  }
}

/** Each hook has a stream of its own, so that one does not move the other's draws. */
function stepContext({ options }: TrainPlan, { average }: Learned, { epoch, step }: StepInput): StepContext {
  const rng = createRng(options.seed).split('hooks', 'step', step)
  const applyOptions = options.applyOptions?.({ epoch, step, rng: rng.split('apply-options') }) ?? {}
  return { epoch, step, rng: rng.split('objective'), applyOptions, average: options.average ? average : null }
}

function lossOf({ options, loss }: TrainPlan, items: StepBatch, context: StepContext) {
  const { network, objective } = options
  const { applyOptions } = context
  if (!objective) return networkLoss({ network, loss }, items, { applyOptions, lossWeights: items.lossWeights })
  return (weights: NamedTensors): Scalar => {
    const value = objective(weights, items, context)
    if (value?.size !== 1) {
      throw new RangeError(`train: expected objective to return a scalar, got shape [${value?.shape}]`)
    }
    return value
  }
}

function updated(
  { options, optimizer }: TrainPlan,
  { weights, slots, average }: Learned,
  { gradients, learningRate, step }: { gradients: NamedTensors; learningRate: number; step: number },
): Learned {
  const clip = options.gradientClip
  const clipped = clip === null ? gradients : clipByGlobalNorm(gradients, clip).gradients
  const { weights: moved, state } = optimizer.update(clipped, slots, { weights, learningRate, step })
  const next = options.average ? movedAverage({ average, weights: moved }, options.average.decay) : {}
  return { weights: moved, slots: state, average: next }
}

/** Frees weights, slots and average. */
export function disposeLearned({ weights, slots, average }: Learned): void {
  disposeAll(weights)
  disposeAll(slots)
  disposeAll(average)
}
