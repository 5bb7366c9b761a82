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
}

/** Weights and slots as arrays. */
export interface LearnedArrays {
  readonly weights: NamedArrays
  readonly slots: NamedArrays
}

/** A run from its checkpoint, or a fresh one whose weights come from the seed. */
export function startRun({ options, optimizer }: TrainPlan, checkpoint: Checkpoint | null): Run {
  if (checkpoint) return resumedRun(checkpoint)
  const weights = toTensors(options.network.init(createRng(options.seed).split('weights')))
  const learned = { weights, slots: optimizer.init(weights) }
  return { learned, epoch: 0, step: 0, history: [], best: null, seconds: 0, validationSeconds: 0 }
}

function resumedRun({ weights, optimizer, best, state, timing }: Checkpoint): Run {
  const { epoch, step, history } = state
  const learned = { weights: toTensors(weights), slots: toTensors(optimizer) }
  return { learned, epoch, step, history, ...timing, best: state.best && { ...state.best, weights: best ?? weights } }
}

/** What the run would need to go on from here. */
export function checkpointOf(run: Run, { options }: TrainPlan, { weights, slots }: LearnedArrays): Checkpoint {
  const { epoch, step, history, best, seconds, validationSeconds } = run
  return {
    weights,
    optimizer: slots,
    best: best && best.epoch !== epoch ? best.weights : null,
    state: {
      version: 1,
      epoch,
      step,
      history,
      best: best && { epoch: best.epoch, dice: best.dice },
      options: optionsSignature(options),
    },
    timing: { seconds, validationSeconds },
  }
}

/**
 * The learned values as arrays.
 *
 * @throws TrainingError `diverged` when one is not finite, so that no such value is ever saved or returned
 */
export async function finiteArrays({ learned, epoch, step, history }: Run): Promise<LearnedArrays> {
  const weights = await toArrays(learned.weights)
  const slots = await toArrays(learned.slots)
  for (const [name, { data }] of [...Object.entries(weights), ...Object.entries(slots)]) {
    const odd = data.find((value) => !Number.isFinite(value))
    if (odd === undefined) continue
    const learningRate = history.at(-1)?.learningRate
    throw new TrainingError(
      `train: expected finite weights after epoch ${epoch} (step ${step}, learning rate ${learningRate}), got ${odd} in ${name}`,
      { code: 'diverged', epoch, step, ...(learningRate === undefined ? {} : { learningRate }) },
    )
  }
  return { weights, slots }
}
