/**
 * The state of a training run in memory: where it stands, and how it starts and is stored.
 *
 * @module
 */
import { toArrays, toTensors, type NamedArrays } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { TrainingError } from '../errors.ts'
import { optionsSignature } from './options-signature.ts'
import type { EpochPlan } from './hooks.ts'
import type { TrainPlan } from './plan.ts'
import type { EpochRecord } from './records.ts'
import type { Learned } from './train-step.ts'

/** Owns the tensors of `learned`; changed in place as training goes on. */
export interface Run {
  learned: Learned
  /** Epochs and steps done. */
  epoch: number
  step: number
  history: readonly EpochRecord[]
  best: { readonly epoch: number; readonly dice: number; readonly weights: NamedArrays } | null
  seconds: number
  validationSeconds: number
  planningSeconds: number
  /** Of all training steps. */
  multiplyAdds: number
  /** The epoch plan in force. */
  plan: EpochPlan | null
}

/** Weights, slots and average as arrays. */
export interface LearnedArrays {
  readonly weights: NamedArrays
  readonly slots: NamedArrays
  readonly average: NamedArrays | null
}

/** A run from its checkpoint, or a fresh one whose weights come from the seed. */
export function startRun(plan: TrainPlan, checkpoint: Checkpoint | null): Run {
  if (checkpoint) return resumedRun(plan, checkpoint)
  const { options, optimizer } = plan
  const fresh = options.network.init(createRng(options.seed).split('weights'))
  const weights = toTensors(fresh)
  const average = options.average ? toTensors(fresh) : {}
  return { ...UNTRAINED, learned: { weights, slots: optimizer.init(weights), average } }
}

const UNTRAINED = {
  ...{ epoch: 0, step: 0, history: [], best: null },
  ...{ seconds: 0, validationSeconds: 0, planningSeconds: 0, multiplyAdds: 0, plan: null },
} satisfies Omit<Run, 'learned'>

function resumedRun({ options }: TrainPlan, checkpoint: Checkpoint): Run {
  const { weights, optimizer, average, best, state, timing } = checkpoint
  const { epoch, step, history, plan = null, multiplyAdds } = state
  return {
    learned: { weights: toTensors(weights), slots: toTensors(optimizer), average: toTensors(average ?? {}) },
    ...{ epoch, step, history, plan },
    planningSeconds: 0,
    ...timing,
    best: state.best && { ...state.best, weights: best ?? weights },
    multiplyAdds: multiplyAdds ?? step * options.batchSize * 3 * options.network.multiplyAdds(options.patchSize),
  }
}

/** What the run would need to go on from here. */
export function checkpointOf(run: Run, { options }: TrainPlan, { weights, slots, average }: LearnedArrays): Checkpoint {
  const { epoch, step, history, best, multiplyAdds, plan, seconds, validationSeconds, planningSeconds } = run
  return {
    weights,
    optimizer: slots,
    average,
    best: best && best.epoch !== epoch ? best.weights : null,
    state: {
      version: 1,
      epoch,
      step,
      history,
      best: best && { epoch: best.epoch, dice: best.dice },
      multiplyAdds,
      plan,
      options: optionsSignature(options),
    },
    timing: { seconds, validationSeconds, planningSeconds },
  }
}

/**
 * The learned values as arrays.
 *
 * @throws TrainingError `diverged` when one is not finite, so that no such value is ever saved or returned
 */
export async function finiteArrays(run: Run): Promise<LearnedArrays> {
  const { learned, epoch, step, history } = run
  const weights = await toArrays(learned.weights)
  const slots = await toArrays(learned.slots)
  const average = await toArrays(learned.average)
  for (const [name, { data }] of [weights, slots, average].flatMap((arrays) => Object.entries(arrays))) {
    const odd = data.find((value) => !Number.isFinite(value))
    if (odd === undefined) continue
    const learningRate = history.at(-1)?.learningRate
    throw new TrainingError(
      `train: expected finite weights after epoch ${epoch} (step ${step}, learning rate ${learningRate}), got ${odd} in ${name}`,
      { code: 'diverged', epoch, step, ...(learningRate === undefined ? {} : { learningRate }) },
    )
  }
  return { weights, slots, average: Object.keys(average).length > 0 ? average : null }
}
