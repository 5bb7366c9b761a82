/**
 * Semi-supervised: the same U-Net as a mean teacher, with masks for a share of the training images only.
 *
 * Which images keep their masks is drawn by the training's seed, lesion by lesion, and is the same for every arm of that
 * seed. The teacher is what is scored: its weights are the moving average that the method is about.
 *
 * @module
 */
import { meanTeacher, predictCases, segmentationValidation } from '@leanvox/htl-pruning'
import { unet, unetSpec } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import type { PreparedCase } from '@leanvox/training'
import { withIntensity } from './intensity.ts'
import type { TrainJob } from './jobs.ts'
import { segmentationLoss } from './losses.ts'
import type { Task } from './tasks.ts'
import type { Workspace } from './workspace.ts'

/** Labelled and unlabelled images in every batch. */
export function semiSupervisedTask(job: TrainJob, { config, images, subjects }: Workspace): Task {
  const settings = config.semiSupervised
  const prepare = (cases: readonly PreparedCase[]) => withIntensity(cases, settings.intensity)
  const network = unet(unetSpec({ ...settings.network, dimensions: 2, inChannels: 3, outChannels: 2 }))
  const lesions = images.train.map(({ id }) => subjects.get(id)?.lesion ?? id)
  const labelled = drawLabelled(lesions, { fraction: settings.labelledFraction, seed: job.seed })
  const cases = prepare(images.train).map((one, i) => (labelled[i] ? one : withoutLabel(one)))
  const loss = segmentationLoss(job, config)
  const indices = (kind: boolean) => [...cases.keys()].filter((i) => labelled[i] === kind)
  const unlabelledPerBatch = settings.batchSize - settings.labelledPerBatch
  const steps = settings.epochs * Math.ceil(indices(false).length / unlabelledPerBatch)
  const check = segmentationValidation({ network, cases: prepare(images.validation) })
  return {
    network,
    cases,
    options: {
      // Unlabelled images first: an epoch is one pass over them.
      groups: [
        { cases: indices(false), perBatch: unlabelledPerBatch },
        { cases: indices(true), perBatch: settings.labelledPerBatch },
      ],
      average: { decay: settings.decay },
      objective: meanTeacher({
        network,
        labelled,
        loss,
        consistency: settings.consistency,
        weight: settings.consistencyWeight,
        rampUp: Math.round(settings.rampUp * steps),
        confidence: settings.confidence,
      }),
      validate: (weights, { average }) => check(average ?? weights),
    },
    attention: { loss, source: 'average' },
    weightsOf: ({ averageWeights, lastWeights }) => averageWeights ?? lastWeights,
    localise: async (weights, wanted) =>
      (await predictCases({ network, weights, cases: prepare(wanted) })).map(({ labelMap }) => labelMap),
  }
}

/** Whether each image keeps its mask: whole lesions in a random order until the share is reached, at least one image. */
export function drawLabelled(
  lesions: readonly string[],
  { fraction, seed }: { readonly fraction: number; readonly seed: number },
): boolean[] {
  const wanted = Math.max(1, Math.round(fraction * lesions.length))
  const order = createRng(seed)
    .split('labelled')
    .shuffle([...new Set(lesions)])
  const chosen = new Set<string>()
  let count = 0
  for (const lesion of order) {
    if (count >= wanted) break
    chosen.add(lesion)
    count += lesions.filter((one) => one === lesion).length
  }
  return lesions.map((lesion) => chosen.has(lesion))
}

/** The image as if nobody had drawn a mask, so that nothing downstream can look at it. */
function withoutLabel(one: PreparedCase): PreparedCase {
  return { ...one, label: new Uint8Array(one.label.length), hasLabel: false }
}
