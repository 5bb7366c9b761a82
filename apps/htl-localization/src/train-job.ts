/**
 * What one job does: train with the arm's attention, then score the held-out and the external images.
 *
 * @module
 */
import { join } from 'node:path'
import { attention, type AttentionNote } from '@leanvox/htl-pruning'
import { resizeLabels } from '@leanvox/io-medical'
import { saveWeights, train, type TrainOptions, type TrainResult } from '@leanvox/training'
import type { NamedArrays } from '@leanvox/engine'
import { settingConfig, type HtlRound, type ImageScore, type TrainJob, type TrainJobResult } from './jobs.ts'
import { jobFolder } from './run-folder.ts'
import { meanScores, scoreRow } from './scores.ts'
import { ruleOf, taskOf, type Task } from './tasks.ts'
import type { Workspace } from './workspace.ts'

/** Trains (or goes on), scores, and keeps the scored weights as `weights.safetensors`. */
export async function runTraining(job: TrainJob, workspace: Workspace): Promise<TrainJobResult> {
  const task = taskOf(job, workspace)
  const folder = jobFolder(workspace.paths, job.name)
  const result = await train({
    ...trainOptions(job, { task, workspace }),
    folder,
    ...attentionOf(job, { task, workspace }),
  })
  const weights = task.weightsOf(result)
  await saveWeights(join(folder, 'weights.safetensors'), weights)
  return {
    job,
    backend: workspace.engine.backend,
    precision: workspace.engine.precision,
    seconds: result.seconds,
    planningSeconds: result.planningSeconds,
    steps: result.steps,
    multiplyAdds: result.multiplyAdds + result.validationMultiplyAdds,
    history: result.history,
    test: await testScores(weights, { task, workspace }),
    external: await externalScores(weights, { task, workspace }),
    others: await otherScores(weights, { task, workspace }),
    rounds: roundsOf(result, { task, workspace }),
  }
}

interface Context {
  readonly task: Task
  readonly workspace: Workspace
}

function trainOptions(job: TrainJob, { task, workspace }: Context): TrainOptions {
  const { epochs, batchSize, learningRate, augmentation, validateEvery } = settingConfig(workspace.config, job.setting)
  return {
    network: task.network,
    cases: task.cases,
    epochs,
    ...(task.options.groups === undefined ? { batchSize } : {}),
    learningRate,
    augmentation,
    validateEvery,
    patchSize: [...workspace.config.data.size],
    foregroundFraction: 0,
    seed: job.seed,
    hookSettings: {
      setting: job.setting,
      arm: job.arm,
      htl: job.htl,
      config: settingConfig(workspace.config, job.setting),
    },
    ...task.options,
  }
}

/** The arm's `beforeEpoch`; plain and focal trainings have none. */
function attentionOf(job: TrainJob, { task, workspace }: Context) {
  const { arm, htl, seed } = job
  if (arm === 'plain' || arm === 'focal') return {}
  const { batchSize } = settingConfig(workspace.config, job.setting)
  return attention({
    network: task.network,
    cases: task.cases,
    arm,
    rule: ruleOf(htl, batchSize),
    select: { fraction: htl.fraction },
    warmup: htl.warmup,
    every: htl.every,
    sparsities: htl.sparsities,
    scope: htl.scope,
    measure: htl.measure,
    seed,
    ...task.attention,
  })
}

async function otherScores(weights: NamedArrays, { task, workspace }: Context): Promise<TrainJobResult['others']> {
  const found: TrainJobResult['others'][number][] = []
  for (const { name, localise } of task.others ?? []) {
    found.push({ name, ...meanScores(await testScores(weights, { task: { ...task, localise }, workspace })) })
  }
  return found
}

async function testScores(weights: NamedArrays, { task, workspace }: Context): Promise<ImageScore[]> {
  const { test } = workspace.images
  const masks = await task.localise(weights, test)
  return test.map(({ id, label, shape }, i) => scoreRow(id, { prediction: masks[i], reference: label }, { shape }))
}

/** Predicted at the training size, brought to the file's own size, compared with the mask as it was drawn. */
async function externalScores(weights: NamedArrays, { task, workspace }: Context): Promise<ImageScore[]> {
  const { external } = workspace.images
  if (external.length === 0) return []
  const from = workspace.config.data.size
  const masks = await task.localise(
    weights,
    external.map(({ prepared }) => prepared),
  )
  return external.map(({ prepared: { id }, mask, size }, i) => {
    const prediction = resizeLabels(masks[i], { from, to: size })
    return scoreRow(id, { prediction, reference: mask }, { shape: [1, ...size] })
  })
}

/** The attended sets as the plan's note keeps them, as indices into the run's training images. */
function roundsOf({ plan }: TrainResult, { task, workspace }: Context): HtlRound[] {
  const note = plan?.note as AttentionNote | undefined
  const place = new Map(workspace.stored.split.train.map((id, index) => [id, index]))
  return (note?.rounds ?? []).map(({ epoch, set }) => ({
    epoch,
    set: set.map((index) => place.get(task.cases[index].id) ?? -1),
  }))
}
