/**
 * The training loop. An epoch is one pass over the cases: `ceil(cases · patchesPerCase / batchSize)` steps, then a
 * validation when it is due, then a checkpoint. Everything random comes from the seed and the position (epoch, step,
 * item), so a run that was killed and continued ends with the same bytes as one that was not.
 *
 * @module
 */
import { isStalled } from './early-stopping.ts'
import { optionsSignature } from './options-signature.ts'
import { planTraining, type TrainPlan } from './plan.ts'
import { runEpoch } from './run-epoch.ts'
import { openRunFolder } from './run-folder.ts'
import { finiteArrays, startRun, type Run } from './run.ts'
import type { StopReason, TrainOptions, TrainResult } from './train-options.ts'
import { disposeLearned } from './train-step.ts'
import { validationCost } from './validate.ts'

/**
 * Trains a network.
 *
 * With `folder` the run is checkpointed after every epoch, and calling again with the same options goes on from the last
 * checkpoint; on one backend and machine the result is that of an undisturbed run, byte for byte. Start a backend first
 * (`startEngine`). Between steps the event loop turns, so timers and messages are served.
 *
 * @throws RangeError for options out of range; TrainingError `no-data`, or `diverged` when loss or weights are no longer
 *   finite (nothing of that epoch is saved); CheckpointError when `folder` holds a run of other options; FileError when
 *   the disk refuses or another process trains in `folder`; the signal's reason when aborted
 *
 * @example
 * const { weights, best } = await train({ network, cases, validationCases, epochs: 20, patchSize: [32, 32, 32] })
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const plan = planTraining(options)
  const { folder: path, extend } = plan.options
  const signature = optionsSignature(plan.options)
  const folder = path === undefined ? null : await openRunFolder(path, { signature, extend })
  try {
    const run = startRun(plan, folder?.checkpoint ?? null)
    try {
      let stopped = (await replay(plan, run)) ?? stopReason(plan, run)
      while (!stopped) stopped = (await runEpoch(plan, run, folder)) ?? stopReason(plan, run)
      return await resultOf(plan, run, stopped)
    } finally {
      disposeLearned(run.learned)
    }
  } finally {
    await folder?.close()
  }
}

/** Tells the caller again of the validations before the checkpoint, so that it can rebuild what it knew. */
async function replay({ options }: TrainPlan, { history }: Run): Promise<StopReason | null> {
  for (const { epoch, step, validation } of history) {
    if (!validation) continue
    const answer = await options.onEvent?.({ kind: 'validation', epoch, step, ...validation, replayed: true })
    if (answer === 'stop') return 'callback'
  }
  return null
}

function stopReason({ options }: TrainPlan, { epoch, history }: Run): StopReason | null {
  if (options.earlyStopping && isStalled(history, options.earlyStopping)) return 'early-stopping'
  return epoch >= options.epochs ? 'epochs' : null
}

async function resultOf({ options }: TrainPlan, run: Run, stopped: StopReason): Promise<TrainResult> {
  const { weights: lastWeights, average: averageWeights } = await finiteArrays(run)
  const { best, history, plan, step, seconds, validationSeconds, planningSeconds, multiplyAdds } = run
  return {
    weights: best?.weights ?? lastWeights,
    lastWeights,
    averageWeights,
    plan,
    history,
    best: best && { epoch: best.epoch, dice: best.dice },
    stopped,
    epochs: run.epoch,
    steps: step,
    seconds,
    validationSeconds,
    planningSeconds,
    multiplyAdds,
    validationMultiplyAdds: validationCost(options, history),
  }
}
