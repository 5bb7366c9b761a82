/**
 * Logits and labels as the losses read them: `[N, voxels, C]`, with class probabilities and the logarithm of their
 * normaliser, both computed from logits shifted by their largest value so that no logit overflows.
 *
 * softmax: p = exp(z - max z) / s, s = sum exp(z - max z), log p = z - max z - log s
 * sigmoid: p = 1 / (1 + exp(-z)), -log p_t = max(z, 0) - z y + log(1 + exp(-|z|))
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'

/** The parts the losses are built from; every tensor is `[N, voxels, C]` unless said. Each is computed when first read. */
export interface ClassView {
  readonly channels: number
  /** What the view was made of, for kernels that compute a loss from it at once. */
  readonly source: { readonly logits: tf.Tensor; readonly labels: tf.Tensor }
  /** Share of each item in the loss, of sum 1 (0 when no item counts); null when the batch counts as a whole. */
  readonly itemShares: readonly number[] | null
  /** One-hot labels (for one channel: the foreground mask). */
  readonly truth: tf.Tensor3D
  readonly probabilities: tf.Tensor3D
  /** `-log p` of each voxel's true class, `[N, voxels, 1]`, never infinite. */
  negativeLogLikelihood(): tf.Tensor3D
  /**
   * dL/dz from `weighted` = p dL/dp: weighted - p sum over classes of weighted. It holds for the sigmoid too, whose sum
   * has one part.
   */
  throughActivation(weighted: tf.Tensor): tf.Tensor
}

/** Throws RangeError when the shapes of `logits` and `labels` do not fit, or weights are not one of at least 0 an item. */
export function classView(given: { logits: tf.Tensor; labels: tf.Tensor; itemWeights?: readonly number[] }): ClassView {
  const { logits, labels, itemWeights } = given
  checkShapes(logits, labels)
  const channels = logits.shape[logits.rank - 1]
  const flat = [logits.shape[0], logits.size / logits.shape[0] / channels, channels] as [number, number, number]
  const z = once(() => tf.reshape(logits, flat) as tf.Tensor3D)
  const truth = once(() => tf.reshape(oneHotLabels(labels, { channels, rank: logits.rank }), flat) as tf.Tensor3D)
  const view = channels === 1 ? sigmoidView(z, truth) : softmaxView(z, truth)
  return {
    channels,
    source: { logits, labels },
    itemShares: itemWeights ? sharesOf(itemWeights, logits.shape[0]) : null,
    get truth() {
      return truth()
    },
    get probabilities() {
      return view.probabilities()
    },
    negativeLogLikelihood: view.negativeLogLikelihood,
    throughActivation: view.throughActivation,
  }
}

function sharesOf(weights: readonly number[], items: number): number[] {
  if (weights.length !== items || !weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    throw new RangeError(
      `loss: expected ${items} finite item weights of at least 0, got [${weights.slice(0, 8).join(', ')}]`,
    )
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => (total > 0 ? weight / total : 0))
}

type Lazy = () => tf.Tensor3D

type Activation = Pick<ClassView, 'negativeLogLikelihood' | 'throughActivation'> & { readonly probabilities: Lazy }

function softmaxView(z: Lazy, truth: Lazy): Activation {
  const shifted = once(() => tf.sub(z(), tf.max(z(), -1, true)))
  const powers = once(() => tf.exp(shifted()))
  const normaliser = once(() => tf.sum(powers(), -1, true))
  const probabilities = once(() => tf.div(powers(), normaliser()))
  return {
    probabilities,
    negativeLogLikelihood: () =>
      tf.sub(tf.log(normaliser()), tf.sum(tf.mul(truth(), shifted()), -1, true)) as tf.Tensor3D,
    throughActivation: (weighted) => tf.sub(weighted, tf.mul(probabilities(), tf.sum(weighted, -1, true))),
  }
}

function sigmoidView(z: Lazy, truth: Lazy): Activation {
  const probabilities = once(() => tf.sigmoid(z()))
  return {
    probabilities,
    negativeLogLikelihood: () =>
      tf.add(tf.sub(tf.relu(z()), tf.mul(z(), truth())), tf.log1p(tf.exp(tf.neg(tf.abs(z()))))) as tf.Tensor3D,
    throughActivation: (weighted) => tf.sub(weighted, tf.mul(probabilities(), weighted)),
  }
}

function once(compute: Lazy): Lazy {
  let value: tf.Tensor3D | undefined
  return () => (value ??= compute())
}

function oneHotLabels(labels: tf.Tensor, { channels, rank }: { channels: number; rank: number }): tf.Tensor {
  if (labels.rank === rank || channels === 1) return tf.cast(labels, 'float32')
  return tf.cast(tf.oneHot(tf.cast(labels, 'int32') as tf.Tensor1D, channels), 'float32')
}

function checkShapes(logits: tf.Tensor, labels: tf.Tensor): void {
  const indices = logits.shape.slice(0, -1)
  const fits = [logits.shape, indices].some((shape) => tf.util.arraysEqual(shape, labels.shape))
  if (logits.rank < 2 || !fits) {
    throw new RangeError(
      `loss: expected labels of shape [${indices.join(', ')}] or [${logits.shape.join(', ')}] for logits ` +
        `[${logits.shape.join(', ')}], got [${labels.shape.join(', ')}]`,
    )
  }
}
