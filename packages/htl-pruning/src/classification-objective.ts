/**
 * The objective that lets `train` fit a classifier: image labels instead of masks.
 *
 * L = sum over items of w_i c_(y_i) l_i / sum of w_i c_(y_i), with l the loss of an item, w the plan's loss weights and c the
 * class weights.
 *
 * @module
 */
import { lossByName, type Loss, type Objective } from '@leanvox/training'
import { dispose, tensor1d } from '@tensorflow/tfjs-core'
import type { Classifier } from './classifier.ts'

export interface ClassificationOptions {
  readonly network: Classifier
  /** The class of each training case. */
  readonly targets: readonly number[]
  /** Reads logits `[N, classes]` and classes `[N]`; default cross-entropy. */
  readonly loss?: Loss
  /** One of at least 0 per class; default all 1. */
  readonly classWeights?: readonly number[]
}

/**
 * The objective.
 *
 * @throws RangeError for a target that is no class, or class weights of another number
 */
export function classificationObjective(options: ClassificationOptions): Objective {
  const { network, targets, loss = lossByName('cross-entropy'), classWeights } = options
  const classes = network.spec.outChannels
  const bad = targets.find((one) => !(Number.isInteger(one) && one >= 0 && one < classes))
  if (bad !== undefined) throw new RangeError(`classificationObjective: expected targets below ${classes}, got ${bad}`)
  if (classWeights && classWeights.length !== classes) {
    throw new RangeError(`classificationObjective: expected ${classes} class weights, got ${classWeights.length}`)
  }
  return (weights, { images, cases, lossWeights }) => {
    const own = cases.map((index) => targets[index])
    const labels = tensor1d(own, 'int32')
    const logits = network.apply(weights, images)
    const weighted = lossWeights || classWeights
    const items = own.map((target, i) => (lossWeights?.[i] ?? 1) * (classWeights?.[target] ?? 1))
    try {
      return weighted ? loss(logits, labels, items) : loss(logits, labels)
    } finally {
      dispose(labels)
    }
  }
}

/**
 * Class weights n / (K n_k): every class counts alike in sum, and the mean weight over the cases is 1. A class without a
 * case gets 0.
 */
export function balancedClassWeights(targets: readonly number[], { classes }: { readonly classes: number }): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const target of targets) counts[target]++
  return counts.map((count) => (count === 0 ? 0 : targets.length / (classes * count)))
}
