/**
 * Softmax (or for one class sigmoid) with the sums that Dice, Tversky and cross-entropy losses need, and the gradient of
 * such a loss with respect to the logits.
 *
 * @module
 */
import { native } from '../../native.ts'
import { floats, ints, isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'

interface LossFunctions {
  lossSums(attributes: Int32Array, logits: Float32Array, labels: Float32Array | Int32Array, sums: Float32Array): void
  lossGradient(
    attributes: Int32Array,
    logits: Float32Array,
    labels: Float32Array | Int32Array,
    factors: Float32Array,
    crossEntropy: number,
    gradient: Float32Array,
  ): void
}

/** Attributes of both kernels. */
export interface LossAttributes {
  /** Parts of the voxels with sums of their own: items, or 1 for the whole batch. */
  readonly groups: number
  /** Whether P is the sum of squared probabilities. */
  readonly squared: boolean
  /** Whether the sums of negative log-likelihoods are wanted. */
  readonly entropy: boolean
  /** The gradient's weight of (probability - label). */
  readonly crossEntropy?: number
}

/**
 * LeanvoxLossSums of `logits` [..., classes] and `labels` (int32 class indices [...], or float32 one-hot): [groups, 4,
 * classes] with I = sum p y, P = sum p or p^2, Y = sum y, and in the first class of the last row the sum of -log p.
 * LeanvoxLossGradient of `logits`, `labels` and `factors` [groups, 2, classes], the loss's derivatives by I and P.
 */
export const kernels = [
  kernel('LeanvoxLossSums', (call) => {
    const { logits } = call.inputs
    if (!isFloat(logits)) return undefined
    const { groups, entropy } = call.attrs as unknown as LossAttributes
    const classes = logits.shape[logits.shape.length - 1]
    const sums = call.backend.take(groups * 4 * classes, 'float32')
    native<LossFunctions>().lossSums(attributesOf(call, entropy), floats(call, logits), labelsOf(call), sums)
    return result(call, [groups, 4, classes], sums)
  }),
  kernel('LeanvoxLossGradient', (call) => {
    const { logits, factors } = call.inputs
    if (!isFloat(logits)) return undefined
    const { crossEntropy = 0 } = call.attrs as unknown as LossAttributes
    const gradient = call.backend.take(sizeOf(logits), 'float32')
    const attributes = attributesOf(call, false)
    const labels = labelsOf(call)
    native<LossFunctions>().lossGradient(
      attributes,
      floats(call, logits),
      labels,
      floats(call, factors),
      crossEntropy,
      gradient,
    )
    return result(call, logits.shape, gradient)
  }),
]

function attributesOf({ inputs, attrs }: KernelCall, entropy: boolean): Int32Array {
  const { groups, squared } = attrs as unknown as LossAttributes
  const { logits, labels } = inputs
  const classes = logits.shape[logits.shape.length - 1]
  const voxels = sizeOf(logits) / classes / groups
  const oneHot = labels.dtype === 'float32'
  return Int32Array.of(groups, voxels, classes, squared ? 1 : 0, oneHot ? 1 : 0, entropy ? 1 : 0)
}

function labelsOf(call: KernelCall): Float32Array | Int32Array {
  const { labels } = call.inputs
  return labels.dtype === 'float32' ? floats(call, labels) : ints(call, labels)
}
