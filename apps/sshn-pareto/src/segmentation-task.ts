/**
 * Segmentation: the trainer's own loss, mean foreground Dice by sliding window.
 *
 * @module
 */
import { dice, labelMask, mean } from '@leanvox/metrics'
import { exportAt, exportedNetwork, sweepPhi } from '@leanvox/sshn'
import {
  foregroundLabels,
  predictionMultiplyAdds,
  slidingWindowPredict,
  type PreparedCase,
  type SegmentationNetwork,
  type TrainHooks,
  type TrainOptions,
} from '@leanvox/training'
import { disposeAll, toTensors } from '@leanvox/engine'
import { loadPart } from './cases.ts'
import { dimensionsOf } from './config.ts'
import { endsOf } from './methods.ts'
import { colourSlice, labelSlice } from './picture-slice.ts'
import type { RunPaths } from './run-folder.ts'
import type { Task, TaskInput, TaskPicture, TrainedModel } from './task.ts'

/** The task with the cases of every part. */
export async function segmentationTask(paths: RunPaths, { config, stored }: TaskInput): Promise<Task> {
  const parts = {
    train: await loadPart(paths, stored, 'train'),
    validation: await loadPart(paths, stored, 'validation'),
    test: await loadPart(paths, stored, 'test'),
  }
  const patchSize = (config.training.patchSize ??
    parts.train[0].shape.slice(3 - dimensionsOf(config))) as TrainOptions['patchSize']
  return {
    ends: endsOf({ config, stored }),
    patchSize,
    trainCases: parts.train,
    baselineDice: null,
    hooks: (network, { phis, validate }) =>
      validate ? { validate: validation(network, { cases: parts.validation, phis, patchSize }) } : {},
    sweep: (model, { part, ...options }) =>
      sweepPhi(model, { ...options, cases: parts[part], patchSize, onPoint: options.onPoint }),
    pictures: (model, options) => pictures(model, { ...options, patchSize, cases: parts.test }),
  }
}

interface Scored {
  readonly cases: readonly PreparedCase[]
  readonly phis: readonly number[]
  readonly patchSize: TrainOptions['patchSize']
}

/** Mean Dice over factors and labels of the validation cases. */
function validation(
  network: SegmentationNetwork,
  { cases, phis, patchSize }: Scored,
): NonNullable<TrainHooks['validate']> {
  const labels = foregroundLabels(network.spec)
  return async (weights) => {
    const scores: Record<string, number[]> = Object.fromEntries(labels.map((label) => [label, []]))
    let multiplyAdds = 0
    for (const phi of phis) {
      const held: SegmentationNetwork = {
        ...network,
        apply: (own, x) => network.apply(own, x, { rescale: phi }),
        multiplyAdds: (spatial) => network.multiplyAdds(spatial, { rescale: phi }),
      }
      for (const one of cases) {
        const { labelMap } = await slidingWindowPredict({ network: held, weights }, one, { patchSize })
        multiplyAdds += predictionMultiplyAdds(held, one, { patchSize })
        for (const label of labels) {
          const score = dice({ prediction: labelMask(labelMap, label), reference: labelMask(one.label, label) })
          if (!Number.isNaN(score)) scores[label].push(score)
        }
      }
    }
    const means = labels.map((label): [number, number] => [label, mean(scores[label])])
    return { dice: mean(means.map(([, value]) => value)), labels: Object.fromEntries(means), multiplyAdds }
  }
}

async function pictures(
  { network, weights }: TrainedModel,
  { count, phis, cases, patchSize }: Scored & { count: number },
): Promise<TaskPicture[]> {
  const shown = cases.slice(0, count)
  const labels = foregroundLabels(network.spec)
  const found = shown.map(() => ({ predictions: [] as Uint8Array[], dice: [] as number[] }))
  for (const phi of phis) {
    const exported = await exportAt(network, weights, phi)
    const tensors = toTensors(exported.weights)
    try {
      for (const [index, one] of shown.entries()) {
        const model = { network: exportedNetwork(exported), weights: tensors }
        const { labelMap } = await slidingWindowPredict(model, one, { patchSize })
        found[index].predictions.push(labelSlice(one, labelMap))
        found[index].dice.push(meanDice(labelMap, one.label, labels))
      }
    } finally {
      disposeAll(tensors)
    }
  }
  return shown.map((one, index) => ({ ...pictureOf(one), ...found[index] }))
}

function pictureOf(one: PreparedCase): Pick<TaskPicture, 'id' | 'height' | 'width' | 'image' | 'reference'> {
  const [, height, width] = one.shape
  return { id: one.id, height, width, image: colourSlice(one), reference: labelSlice(one, one.label) }
}

function meanDice(prediction: Uint8Array, reference: Uint8Array, labels: readonly number[]): number {
  const scores = labels.map((label) =>
    dice({ prediction: labelMask(prediction, label), reference: labelMask(reference, label) }),
  )
  return mean(scores.filter((score) => !Number.isNaN(score)))
}
