/**
 * One training: the method's network with the shared trainer, then its curve on held-out cases.
 *
 * Killed at any moment it continues from its last checkpoint when it is called again; `result.json` is written last.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { readJson, writeJson } from '@leanvox/files'
import type { PhiPoint } from '@leanvox/sshn'
import { saveWeights, train, type TrainOptions, type TrainResult } from '@leanvox/training'
import { readStored } from './cases.ts'
import type { Config } from './config.ts'
import { finiteOrNull, type JobResult, type SweptPoint } from './job-result.ts'
import type { TrainJob } from './jobs.ts'
import { buildMethod, type Method } from './methods.ts'
import { jobPaths, readRunConfig, runPaths } from './run-folder.ts'
import { loadTask, type Task } from './task.ts'

/** Where a training runs, and how it says that it is alive. */
export interface Surroundings {
  readonly backend: string
  readonly precision: string
  readonly heartbeat: () => void
  readonly signal: AbortSignal
}

/** Trains, sweeps and stores; a finished job is read back. */
export async function runTrainJob(job: TrainJob, around: Surroundings): Promise<JobResult> {
  const paths = runPaths(job.runFolder)
  const own = jobPaths(paths, job.name)
  if (existsSync(own.result)) return (await readJson(own.result)) as JobResult
  const { settings: config } = await readRunConfig(paths)
  const task = await loadTask(paths, { config, stored: await readStored(paths) })
  const method = buildMethod(job, { config, ends: task.ends })
  await mkdir(own.folder, { recursive: true })
  const trained = await train({
    ...trainOptions(job, { config, method, task }),
    folder: own.training,
    signal: around.signal,
    onEvent: () => around.heartbeat(),
  })
  const weights = trained.averageWeights ?? trained.weights
  await saveWeights(own.weights, weights, { metadata: { spec: JSON.stringify(method.network.spec) } })
  const points = await sweep({ job, method, task, config }, { weights, around })
  const result = resultOf({ job, method, around }, { trained, points, baselineDice: task.baselineDice })
  await writeJson(own.result, result)
  await rm(own.training, { recursive: true, force: true })
  return result
}

interface Parts {
  readonly config: Config
  readonly method: Method
  readonly task: Task
}

function trainOptions({ phi, seed, method: name }: TrainJob, { config, method, task }: Parts): TrainOptions {
  const { validateEvery, validatePhis, learningRate, hyperLearningRate, averageDecay, epochsByMethod, ...rest } =
    config.training
  const epochs = epochsByMethod[name] ?? rest.epochs
  const hyper = name === 'sshn' || name === 'capacity-matched'
  const { network, prior } = method
  const phis = phi === null ? validatePhis : [phi]
  return {
    ...(rest as Omit<TrainOptions, 'network' | 'cases'>), // names and options of loss, optimiser and so on: the trainer checks them
    ...task.hooks(network, { phis, validate: validateEvery !== null }),
    network,
    epochs,
    cases: task.trainCases,
    patchSize: task.patchSize,
    average: averageDecay === null ? null : { decay: averageDecay },
    learningRate: hyper ? (hyperLearningRate ?? learningRate) : learningRate,
    validateEvery: validateEvery ?? epochs,
    seed,
    applyOptions: ({ rng }) => ({ rescale: prior.draw(rng) }),
    hookSettings: { method: name, prior: prior.name, task: config.task, registration: config.registration },
  }
}

interface SweepParts extends Parts {
  readonly job: TrainJob
}

async function sweep(
  { job, method, task, config }: SweepParts,
  { weights, around }: { weights: TrainResult['weights']; around: Surroundings },
): Promise<SweptPoint[]> {
  const inside = job.phi === null ? config.phi.grid : [job.phi]
  const outside = job.phi === null ? config.phi.outOfRange.filter((phi) => !inside.includes(phi)) : []
  const model = { network: method.network, weights }
  const options = { onPoint: around.heartbeat, signal: around.signal }
  const validation = await task.sweep(model, { ...options, part: 'validation', phis: inside, repeats: 0 })
  const test = await task.sweep(model, { ...options, part: 'test', phis: [...inside, ...outside], repeats: 5 })
  return test.map((point) => sweptPoint(point, validation.find(({ phi }) => phi === point.phi) ?? null))
}

/** A point of the test cases with the validation Dice at the same factor. */
export function sweptPoint(point: PhiPoint, validation: PhiPoint | null): SweptPoint {
  const { dice, labels, caseDice, multiplyAdds, milliseconds, peakBytes } = point
  return {
    phi: Number(point.phi),
    dice: finiteOrNull(dice),
    validationDice: validation === null ? null : finiteOrNull(validation.dice),
    labels: Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, finiteOrNull(value)])),
    caseDice: caseDice.map(finiteOrNull),
    multiplyAdds,
    milliseconds,
    peakBytes,
  }
}

function resultOf(
  { job, method, around }: { job: TrainJob; method: Method; around: Surroundings },
  { trained, ...found }: { trained: TrainResult } & Pick<JobResult, 'points' | 'baselineDice'>,
): JobResult {
  const { seconds, validationSeconds, multiplyAdds, steps, epochs, history } = trained
  return {
    method: job.method,
    phi: job.phi,
    seed: job.seed,
    backend: around.backend,
    precision: around.precision,
    parameters: method.network.parameterCount,
    trainSeconds: seconds - validationSeconds,
    trainMultiplyAdds: multiplyAdds,
    steps,
    epochs,
    finalLoss: history.at(-1)?.loss ?? NaN,
    losses: history.map(({ loss }) => loss),
    ...found,
  }
}
