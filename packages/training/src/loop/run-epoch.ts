/**
 * One epoch: its steps, its validation, its place on the disk, and word of it to the caller.
 *
 * @module
 */
import { TrainingError } from '../errors.ts'
import type { TrainEvent } from './events.ts'
import type { TrainPlan } from './plan.ts'
import type { EpochRecord, ValidationRecord } from './records.ts'
import type { RunFolder } from './run-folder.ts'
import { checkpointOf, finiteArrays, type LearnedArrays, type Run } from './run.ts'
import { disposeLearned, trainStep } from './train-step.ts'
import { validate } from './validate.ts'

/** Moves the run on by one epoch; 'callback' when the caller wants no more. */
export async function runEpoch(plan: TrainPlan, run: Run, folder: RunFolder | null): Promise<'callback' | null> {
  const { clock, onEvent } = plan.options
  let wantsStop = false
  const tell = async (event: TrainEvent) => {
    if ((await onEvent?.(event)) === 'stop') wantsStop = true
  }
  const started = clock()
  const { loss, learningRate } = await runSteps(plan, run, tell)
  run.epoch++
  const arrays = await finiteArrays(run)
  const validation = await validateWhenDue(plan, run, arrays)
  const record: EpochRecord = { epoch: run.epoch, step: run.step, loss, learningRate, validation }
  run.history = [...run.history, record]
  run.seconds += clock() - started
  await tell({ kind: 'epoch', ...record, seconds: run.seconds })
  if (folder) await store(plan, run, { folder, arrays, tell })
  // After the checkpoint: whoever is told of a validation finds it on the disk, and hears of it again on resuming.
  if (validation) await tell({ kind: 'validation', epoch: run.epoch, step: run.step, ...validation, replayed: false })
  return wantsStop ? 'callback' : null
}

type Tell = (event: TrainEvent) => Promise<void>

/** The epoch's steps; the mean loss and the last learning rate. */
async function runSteps(plan: TrainPlan, run: Run, tell: Tell): Promise<{ loss: number; learningRate: number }> {
  const { sampler, options, schedule, totalSteps } = plan
  const epoch = run.epoch + 1
  let sum = 0
  let learningRate = options.learningRate
  for (let i = 0; i < sampler.stepsPerEpoch; i++) {
    options.signal?.throwIfAborted()
    learningRate = options.learningRate * schedule(run.step / totalSteps)
    const step = run.step + 1
    const { learned, loss } = await trainStep(plan, run.learned, {
      batch: sampler.batch(run.epoch, i),
      learningRate,
      step,
    })
    disposeLearned(run.learned)
    run.learned = learned
    run.step = step
    if (!Number.isFinite(loss)) throw diverged({ loss, epoch, step, learningRate })
    sum += loss
    await tell({ kind: 'step', epoch, step, loss, learningRate })
    await new Promise((resolve) => setImmediate(resolve)) // heartbeats and messages get their turn
  }
  return { loss: sum / sampler.stepsPerEpoch, learningRate }
}

function diverged(at: { loss: number; epoch: number; step: number; learningRate: number }): TrainingError {
  const { loss, epoch, step, learningRate } = at
  return new TrainingError(
    `train: expected a finite loss in epoch ${epoch} (step ${step}, learning rate ${learningRate}), got ${loss}`,
    { code: 'diverged', epoch, step, learningRate },
  )
}

async function validateWhenDue(
  plan: TrainPlan,
  run: Run,
  { weights }: LearnedArrays,
): Promise<ValidationRecord | null> {
  const { options } = plan
  const due = run.epoch % options.validateEvery === 0 || run.epoch === options.epochs
  if (!due || options.validationCases.length === 0) return null
  const started = options.clock()
  const validation = await validate(options, run.learned.weights)
  run.validationSeconds += options.clock() - started
  if (validation.dice > (run.best?.dice ?? -Infinity)) {
    run.best = { epoch: run.epoch, dice: validation.dice, weights }
  }
  return validation
}

interface StoreOptions {
  readonly folder: RunFolder
  readonly arrays: LearnedArrays
  readonly tell: Tell
}

/** Metrics first, then the best weights, then the checkpoint that makes the epoch count. */
async function store(plan: TrainPlan, run: Run, { folder, arrays, tell }: StoreOptions): Promise<void> {
  const { epoch, step, history, best, seconds } = run
  await folder.record([{ ...history[history.length - 1], seconds }])
  if (best?.epoch === epoch) {
    const metadata = { epoch: `${epoch}`, dice: `${best.dice}`, network: JSON.stringify(plan.options.network.spec) }
    await folder.saveBest(best.weights, metadata)
  }
  await folder.save(checkpointOf(run, plan, arrays))
  await tell({ kind: 'checkpoint', epoch, step, path: folder.path })
}
