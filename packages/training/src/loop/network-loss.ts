/**
 * The loss of a network on a batch. With deep supervision every supervised level is compared with the labels brought to
 * its size by nearest neighbour, weighted 1, 1/2, 1/4, ... from the finest and normalised (nnU-Net).
 *
 * @module
 */
import { resizeNearest, type NamedTensors } from '@leanvox/engine'
import type { ApplyOptions } from '@leanvox/nets'
import { add, cast, expandDims, mul, squeeze, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import type { Loss } from '../losses/loss.ts'
import type { SegmentationNetwork } from '../segmentation-network.ts'

/** How a step differs from a plain one. */
export interface StepLoss {
  readonly applyOptions?: ApplyOptions
  /** One an item: the loss is the weighted mean of the items' losses. */
  readonly lossWeights?: readonly number[] | null
}

/** The loss as a function of the weights; `labels` is `[n, ...spatial]`. */
export function networkLoss(
  { network, loss }: { network: SegmentationNetwork; loss: Loss },
  { images, labels }: { images: Tensor; labels: Tensor },
  { applyOptions = {}, lossWeights = null }: StepLoss = {},
): (weights: NamedTensors) => Scalar {
  const compare = (logits: Tensor, truth: Tensor) => loss(logits, truth, lossWeights ?? undefined)
  if (!network.spec.deepSupervision) return (weights) => compare(network.apply(weights, images, applyOptions), labels)
  return (weights) => {
    const levels = network.applyDeep(weights, images, applyOptions)
    const total = 2 - 2 ** (1 - levels.length) // 1 + 1/2 + 1/4 + ...
    const terms = levels.map((logits, i) => mul(compare(logits, labelsAt(labels, logits)), 2 ** -i / total))
    return terms.reduce((sum, term) => add(sum, term)) as Scalar
  }
}

function labelsAt(labels: Tensor, logits: Tensor): Tensor {
  const size = logits.shape.slice(1, -1)
  if (size.every((length, axis) => length === labels.shape[axis + 1])) return labels
  const resized = resizeNearest(cast(expandDims(labels, -1), 'float32'), size)
  return cast(squeeze(resized, [-1]), 'int32')
}
