/**
 * One epoch: its steps, its validation, its place on the disk, and word of it to the caller.
 *
 * @module
 */
import { TrainingError } from '../errors.ts'
import { adoptedPlan } from './epoch-plan.ts'
import type { ProgressEvent, TrainEvent } from './events.ts'
import type { EpochContext } from './hooks.ts'
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
  await planEpoch(plan, run, tell)
  const { loss, learningRate } = await runSteps(plan, run, tell)
  run.epoch++
  const arrays = await finiteArrays(run)
  const validation = await validateWhenDue(plan, run, { arrays, tell })
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

/** Lets the caller plan the epoch. */
async function planEpoch(plan: TrainPlan, run: Run, tell: Tell): Promise<void> {
  const { beforeEpoch, clock, cases } = plan.options
  if (!beforeEpoch) return
  const started = clock()
  const context = epochContext(plan, run, { task: 'before-epoch', epoch: run.epoch + 1, tell })
  const given = await beforeEpoch({ ...context, weights: run.learned.weights, previous: run.plan })
  if (given) run.plan = adoptedPlan(given, cases.length)
  run.planningSeconds += clock() - started
}

interface EpochTask extends Pick<ProgressEvent, 'task' | 'epoch'> {
  readonly tell: Tell
}

function epochContext({ options }: TrainPlan, run: Run, { task, epoch, tell }: EpochTask): EpochContext {
  const { step, learned } = run
  return {
    epoch,
    average: options.average ? learned.average : null,
    progress: async ({ done, total }) => {
      await tell({ kind: 'progress', task, epoch, step, done, total })
      await turn()
    },
  }
}

/** Heartbeats and messages get their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

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
    const { learned, loss, multiplyAdds } = await trainStep(plan, run.learned, {
      ...{ learningRate, epoch, step },
      batch: sampler.batch(run.epoch, i, run.plan),
      lossWeights: run.plan?.lossWeights ?? null,
    })
    disposeLearned(run.learned)
    run.learned = learned
    run.step = step
    run.multiplyAdds += multiplyAdds
    if (!Number.isFinite(loss)) throw diverged({ loss, epoch, step, learningRate })
    sum += loss
    await tell({ kind: 'step', epoch, step, loss, learningRate })
    await turn()
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
  { arrays, tell }: { arrays: LearnedArrays; tell: Tell },
): Promise<ValidationRecord | null> {
  const { options } = plan
  const due = run.epoch % options.validateEvery === 0 || run.epoch === options.epochs
  if (!due || !(options.validate || options.validationCases.length > 0)) return null
  const started = options.clock()
  const context = epochContext(plan, run, { task: 'validation', epoch: run.epoch, tell })
  const validation = await validate(options, run.learned.weights, context)
  run.validationSeconds += options.clock() - started
  if (validation.dice > (run.best?.dice ?? -Infinity)) {
    run.best = { epoch: run.epoch, dice: validation.dice, weights: arrays.weights }
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
