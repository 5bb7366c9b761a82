/**
 * The losses of the settings, plain and focal.
 *
 * The focal arm replaces the cross-entropy by focal loss and leaves the rest as it is, so that it differs from plain in
 * how hard pixels (or images) count and in nothing else.
 *
 * @module
 */
import {
  crossEntropyLoss,
  diceCrossEntropyLoss,
  focalLoss,
  softDiceLoss,
  type Loss,
  type StepBatch,
} from '@leanvox/training'
import type { NamedTensors } from '@leanvox/engine'
import type { Network } from '@leanvox/nets'
import { add, type Scalar } from '@tensorflow/tfjs-core'
import type { Config } from './config.ts'
import type { TrainJob } from './jobs.ts'

/** A loss with what `train` records of it. */
export function segmentationLoss({ arm }: Pick<TrainJob, 'arm'>, { focal }: Pick<Config, 'focal'>): Loss {
  if (arm !== 'focal') return withWeights(diceCrossEntropyLoss)
  return (logits, labels, itemWeights) => {
    const options = itemWeights === undefined ? {} : { itemWeights }
    return add(
      softDiceLoss(logits, labels, options),
      focalLoss(logits, labels, { gamma: focal.gamma, ...options }),
    ) as Scalar
  }
}

/** Of logits `[N, classes]`. */
export function classificationLoss({ arm }: Pick<TrainJob, 'arm'>, { focal }: Pick<Config, 'focal'>): Loss {
  if (arm !== 'focal') return withWeights(crossEntropyLoss)
  return (logits, labels, itemWeights) =>
    focalLoss(logits, labels, { gamma: focal.gamma, ...(itemWeights && { itemWeights }) })
}

type OptionsLoss = (
  logits: Parameters<Loss>[0],
  labels: Parameters<Loss>[1],
  options: { readonly itemWeights?: readonly number[] },
) => Scalar

function withWeights(loss: OptionsLoss): Loss {
  return (logits, labels, itemWeights) => loss(logits, labels, itemWeights === undefined ? {} : { itemWeights })
}

/** The objective of a segmentation network under a loss. */
export function segmentationObjective(network: Network, loss: Loss) {
  return (weights: NamedTensors, { images, labels, lossWeights }: StepBatch): Scalar => {
    const logits = network.apply(weights, images)
    return lossWeights === null ? loss(logits, labels) : loss(logits, labels, lossWeights)
  }
}
