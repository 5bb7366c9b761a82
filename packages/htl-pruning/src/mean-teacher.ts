/**
 * Mean teacher for segmentation (Tarvainen and Valpola 2017, arXiv:1703.01780) as an objective for `train`: the teacher is
 * the moving average of the student's weights and sees the same images without the student's perturbation.
 *
 * L = L_sup + weight ramp(step) L_con
 * L_sup: the loss over labelled items. L_con: over unlabelled items, mean over voxels of m r, with m = 1 where the
 * teacher's largest class probability reaches `confidence`, else 0, and r either the mean over classes of (q - p)^2, p the
 * teacher's and q the student's probabilities ('squared'), or -log q of the teacher's class ('pseudo-label').
 *
 * Both are weighted means over items where the epoch plan gives loss weights: a hard unlabelled image counts more, its
 * unsure voxels still not at all. Filter, perturbation and defaults are our choice.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { lossByName, type Loss, type Objective, type SegmentationNetwork, type StepBatch } from '@leanvox/training'
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { sigmoidRamp } from './sigmoid-ramp.ts'

export interface MeanTeacherOptions {
  readonly network: SegmentationNetwork
  /** Of each training case, whether its label may be used. */
  readonly labelled: readonly boolean[]
  /** Of the labelled items; default Dice plus cross-entropy. */
  readonly loss?: Loss
  /** Default 'squared'. */
  readonly consistency?: 'squared' | 'pseudo-label'
  /** Of L_con, default 1. */
  readonly weight?: number
  /** Steps over which L_con comes in, default 200. */
  readonly rampUp?: number
  /** In [0, 1), default 0.8; 0 filters nothing. */
  readonly confidence?: number
  /** Of the student's images. */
  readonly perturbation?: Perturbation
}

/** x becomes x (1 + g) + o, g and o uniform in +-gain and +-offset for each item and channel. Default 0.1 and 0.1. */
export interface Perturbation {
  readonly gain?: number
  readonly offset?: number
}

/**
 * The objective. Give `train` an `average` beside it, and `groups` that put labelled and unlabelled cases in every batch.
 *
 * A batch without labelled items has L_sup = 0, one without unlabelled items L_con = 0.
 *
 * @throws RangeError for options out of range; when called, without a moving average or for a case beyond `labelled`
 */
export function meanTeacher(options: MeanTeacherOptions): Objective {
  checkOptions(options)
  const { network, loss = lossByName('dice-cross-entropy'), weight = 1, rampUp = 200 } = options
  return (weights, batch, { step, rng, average }) => {
    if (!average) throw new RangeError('meanTeacher: expected a moving average of the weights, got none')
    const { supervised, unsupervised } = itemWeights(options.labelled, batch)
    return tf.tidy(() => {
      const images = perturbed(batch.images, { ...options.perturbation, rng })
      const student = network.apply(weights, images)
      const teacher = untaped(() => network.apply(average, batch.images))
      const known = loss(student, batch.labels, supervised)
      const consistent = consistencyLoss({ student, teacher }, { ...options, itemWeights: unsupervised })
      return tf.add(known, tf.mul(consistent, weight * sigmoidRamp(step, rampUp))) as Scalar
    })
  }
}

/** Loss weights of the items, 0 for those that a term leaves out. */
function itemWeights(labelled: readonly boolean[], { cases, lossWeights }: StepBatch) {
  const unknown = cases.find((index) => labelled[index] === undefined)
  if (unknown !== undefined) {
    throw new RangeError(`meanTeacher: expected labelled for case ${unknown}, got ${labelled.length} entries`)
  }
  const weights = lossWeights ?? cases.map(() => 1)
  const only = (kind: boolean) => cases.map((index, i) => (labelled[index] === kind ? weights[i] : 0))
  return { supervised: only(true), unsupervised: only(false) }
}

function consistencyLoss(
  { student, teacher }: { student: Tensor; teacher: Tensor },
  options: MeanTeacherOptions & { readonly itemWeights: readonly number[] },
): Tensor {
  const { consistency = 'squared', confidence = 0.8, itemWeights } = options
  const total = itemWeights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return tf.scalar(0)
  const logits = twoOrMore(student)
  const target = tf.softmax(twoOrMore(teacher))
  const sure = tf.cast(tf.greaterEqual(tf.max(target, -1), confidence), 'float32')
  const each =
    consistency === 'squared'
      ? tf.mean(tf.squaredDifference(tf.softmax(logits), target), -1)
      : tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHotMax(target)), -1))
  const voxels = each.size / each.shape[0]
  const shares = tf.tensor(
    itemWeights.map((weight) => weight / total / voxels),
    [each.shape[0], ...each.shape.slice(1).map(() => 1)],
  )
  return tf.sum(tf.mul(tf.mul(each, sure), shares))
}

function oneHotMax(probabilities: Tensor): Tensor {
  const classes = probabilities.shape[probabilities.rank - 1]
  return tf.cast(tf.oneHot(tf.argMax(probabilities, -1) as tf.Tensor1D, classes), 'float32')
}

/** One channel under a sigmoid is two classes with logits 0 and z. */
function twoOrMore(logits: Tensor): Tensor {
  return logits.shape[logits.rank - 1] === 1 ? tf.concat([tf.zerosLike(logits), logits], -1) : logits
}

function perturbed(images: Tensor, { gain = 0.1, offset = 0.1, rng }: Perturbation & { readonly rng: Rng }): Tensor {
  if (gain === 0 && offset === 0) return images
  const stream = rng.split('perturbation')
  const shape = [images.shape[0], ...images.shape.slice(1, -1).map(() => 1), images.shape[images.rank - 1]]
  const count = images.shape[0] * images.shape[images.rank - 1]
  const draw = (middle: number, reach: number) =>
    tf.tensor(
      Array.from({ length: count }, () => middle + reach * stream.uniformIn(-1, 1)),
      shape,
    )
  return tf.add(tf.mul(images, draw(1, gain)), draw(0, offset))
}

/** Runs outside the gradient tape, so that the teacher's pass keeps nothing for a gradient that nobody takes. */
function untaped(compute: () => Tensor): Tensor {
  const constant = tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))
  return constant(tf.scalar(0))
}

function checkOptions({ consistency = 'squared', weight = 1, confidence = 0.8 }: MeanTeacherOptions): void {
  if (consistency !== 'squared' && consistency !== 'pseudo-label') {
    throw new RangeError(`meanTeacher: expected a consistency of squared or pseudo-label, got ${String(consistency)}`)
  }
  if (!(weight >= 0 && Number.isFinite(weight))) {
    throw new RangeError(`meanTeacher: expected a weight of at least 0, got ${weight}`)
  }
  if (!(confidence >= 0 && confidence < 1)) {
    throw new RangeError(`meanTeacher: expected a confidence in [0, 1), got ${confidence}`)
  }
}
