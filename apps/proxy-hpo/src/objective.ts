/**
 * What a trial's own process does: train one network with the trial's hyper-parameters and score it.
 *
 * Everything it needs arrives as a plain value (`Job`); everything it leaves is its trial folder and the returned
 * numbers. Killed at any moment, it continues from its last checkpoint when it is called again.
 *
 * @module
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEngine } from '@leanvox/engine'
import { FileError, lockFolder, type FolderLock } from '@leanvox/files'
import type { ObjectiveContext, ObjectiveResult } from '@leanvox/hpo-search'
import { median } from '@leanvox/metrics'
import { unet } from '@leanvox/nets'
import { train, TrainingError, type PreparedCase, type TrainEvent, type TrainOptions } from '@leanvox/training'
import { loadPrepared, readStored } from './cases.ts'
import type { Job, TimeJob, TrainAttributes, TrainJob } from './jobs.ts'
import { readRunConfig, runPaths, trialFolder } from './run-folder.ts'
import { scoreTestCases } from './score.ts'
import { settingOptions } from './setting.ts'
import { completeSetting, type HyperParameters } from './space.ts'

/** The objective of every study of the app; `context.payload` is a `Job`. */
export async function objective(context: ObjectiveContext): Promise<ObjectiveResult> {
  const job = context.payload as Job
  const engine = await startEngine({ backend: job.backend, precision: job.precision })
  const backend = engine.precision === 'float32' ? engine.backend : `${engine.backend} ${engine.precision}`
  return job.kind === 'train' ? trainAndScore(job, context, backend) : timeSteps(job, context, backend)
}

async function trainAndScore(job: TrainJob, context: ObjectiveContext, backend: string): Promise<ObjectiveResult> {
  const folder = trialFolder(runPaths(job.runFolder), context)
  const lock = await lockWhenFree(folder)
  try {
    return await trainIn(folder, job, { context, backend })
  } finally {
    await lock.release()
  }
}

/**
 * Waits for the folder's last user to be gone: after a `kill -9` of the app, a child of the killed process may still be
 * in the middle of a step before it notices.
 */
async function lockWhenFree(folder: string, patienceMs = 120_000): Promise<FolderLock> {
  for (const until = performance.now() + patienceMs; ; await sleep(50)) {
    try {
      return await lockFolder(folder)
    } catch (error) {
      if (!(error instanceof FileError && error.code === 'IN_USE') || performance.now() > until) throw error
    }
  }
}

async function trainIn(
  folder: string,
  job: TrainJob,
  { context, backend }: { context: ObjectiveContext; backend: string },
): Promise<ObjectiveResult> {
  const started = performance.now()
  const load = await caseLoader(job)
  const onEvent = async (event: TrainEvent) => {
    context.heartbeat()
    if (event.kind !== 'validation' || Number.isNaN(event.dice)) return undefined
    return (await context.report(event.dice, event.epoch)) === 'prune' ? 'stop' : undefined
  }
  try {
    const result = await train({
      ...trainOptions(job, completeSetting(job.fixed, context.params)),
      cases: await load(job.data.train),
      validationCases: await load(job.data.validation),
      folder,
      onEvent,
    })
    const pruned = result.stopped === 'callback'
    const trained = performance.now()
    const test =
      pruned || job.data.test.length === 0
        ? null
        : await scoreTestCases(job, {
            weights: result.weights,
            cases: await load(job.data.test),
            folder,
            onCase: context.heartbeat,
          })
    const value = result.best?.dice ?? 0
    const attributes: TrainAttributes = {
      backend,
      seconds: result.seconds,
      testSeconds: (performance.now() - trained) / 1000,
      steps: result.steps,
      multiplyAdds: result.multiplyAdds + result.validationMultiplyAdds,
      validationDice: value,
      diverged: false,
      test,
    }
    if (!job.keep) await rm(join(folder, 'checkpoints'), { recursive: true, force: true })
    return pruned
      ? { state: 'pruned', userAttributes: { ...attributes } }
      : { value, userAttributes: { ...attributes } }
  } catch (error) {
    if (!(error instanceof TrainingError) || error.code !== 'diverged') throw error
    // Weights that are no numbers segment nothing: the setting is a bad one, the machine did not fail.
    const seconds = (performance.now() - started) / 1000
    return { value: 0, userAttributes: { ...divergedAttributes(job, { error, backend, seconds }) } }
  }
}

function trainOptions(job: TrainJob, setting: HyperParameters): Omit<TrainOptions, 'cases'> {
  return {
    network: unet(job.network),
    epochs: job.epochs,
    batchSize: job.batchSize,
    patchSize: job.patchSize,
    patchesPerCase: job.patchesPerCase,
    validateEvery: job.validateEvery,
    seed: job.seed,
    ...settingOptions(setting),
  }
}

/** The cost of a training that ended in numbers that are none: the steps up to there. */
function divergedAttributes(
  job: TrainJob,
  { error, backend, seconds }: { error: TrainingError; backend: string; seconds: number },
): TrainAttributes {
  const perEpoch = Math.ceil((job.data.train.length * job.patchesPerCase) / job.batchSize)
  const steps = Math.max(0, ((error.epoch ?? 1) - 1) * perEpoch) + (error.step ?? 0)
  const multiplyAdds = 3 * steps * job.batchSize * unet(job.network).multiplyAdds([...job.patchSize])
  return { backend, seconds, testSeconds: 0, steps, multiplyAdds, validationDice: 0, diverged: true, test: EMPTY_TEST }
}

/** What a network that segments nothing scores; no distance is defined. */
const EMPTY_TEST = { dice: 0, hd95: null, missed: 0, cases: [] }

/** The median time of a training step of the job's network on one case, the first two steps left out as warm-up. */
async function timeSteps(job: TimeJob, context: ObjectiveContext, backend: string): Promise<ObjectiveResult> {
  const load = await caseLoader(job)
  const seconds: number[] = []
  let last = performance.now()
  await train({
    network: unet(job.network),
    cases: await load([job.trainCase]),
    epochs: 1,
    batchSize: job.batchSize,
    patchSize: job.patchSize,
    patchesPerCase: job.batchSize * (job.steps + 2),
    augmentation: 'none',
    seed: job.seed,
    onEvent: (event) => {
      if (event.kind !== 'step') return
      const now = performance.now()
      seconds.push((now - last) / 1000)
      last = now
      context.heartbeat()
    },
  })
  return { value: median(seconds.slice(2)), userAttributes: { backend } }
}

async function caseLoader({ runFolder }: Job): Promise<(ids: readonly string[]) => Promise<PreparedCase[]>> {
  const paths = runPaths(runFolder)
  const [{ settings }, stored] = await Promise.all([readRunConfig(paths), readStored(paths)])
  if (stored === null) throw new RangeError(`proxy-hpo: expected ${paths.cases}, found none`)
  return (ids) => loadPrepared(runFolder, ids, { stored, config: settings })
}
