/**
 * The kernels of a backend that computes softmax, the sums of a loss over the voxels, and its gradient in two passes over
 * the logits (onednn), instead of a dozen operations on tensors of their size.
 *
 * Sums of each class c: I = sum p y, P = sum p (or p^2), Y = sum y, and N = sum over voxels of -log p of the true class.
 *
 * @module
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ClassView } from './class-view.ts'

/** Sums over the voxels of each group; the first three `[groups, 1, C]`, the last `[groups]`. */
export interface LossSums {
  readonly intersection: tf.Tensor
  readonly predicted: tf.Tensor
  readonly labelled: tf.Tensor
  readonly entropy: tf.Tensor
}

export interface FusedLossOptions {
  readonly groups: number
  readonly squared: boolean
  /** Whether the entropy is wanted; otherwise it is 0. */
  readonly entropy: boolean
}

// The kernels' own limit.
const mostChannels = 256

/** Whether the active backend has the kernels for this view. */
export function hasFusedLoss({ channels, source }: ClassView): boolean {
  if (tf.getKernel('LeanvoxLossSums', tf.getBackend()) === undefined) return false
  return channels <= mostChannels && source.logits.dtype === 'float32' && source.logits.size > 0
}

/** The sums of a view. */
export function fusedSums(view: ClassView, options: FusedLossOptions): LossSums {
  const [sums] = run('LeanvoxLossSums', inputsOf(view), { ...options })
  const row = (index: number) => tf.slice(sums, [0, index, 0], [options.groups, 1, view.channels])
  return {
    intersection: row(0),
    predicted: row(1),
    labelled: row(2),
    entropy: tf.reshape(tf.slice(sums, [0, 3, 0], [options.groups, 1, 1]), [options.groups]),
  }
}

/**
 * The gradient with respect to the logits, `[N, voxels, C]`, of a loss with the derivatives `byIntersection` and
 * `byPredicted` `[groups, 1, C]`, plus `crossEntropy` (p - y).
 */
export function fusedGradient(
  view: ClassView,
  { byIntersection, byPredicted }: { readonly byIntersection: tf.Tensor; readonly byPredicted: tf.Tensor },
  options: FusedLossOptions & { readonly crossEntropy: number },
): tf.Tensor {
  const factors = tf.concat([byIntersection, byPredicted], 1)
  const [gradient] = run('LeanvoxLossGradient', { ...inputsOf(view), factors }, { ...options })
  return tf.reshape(gradient, [gradient.shape[0], -1, view.channels])
}

// One-hot labels as float32, class indices as int32.
function inputsOf({ source: { logits, labels } }: ClassView): Record<string, tf.Tensor> {
  return { logits, labels: tf.cast(labels, labels.rank === logits.rank ? 'float32' : 'int32') }
}

function run(name: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, unknown>): tf.Tensor[] {
  // tfjs types attributes as a closed union of its own; ours are plain values.
  return ([] as tf.Tensor[]).concat(tf.engine().runKernel(name, inputs, attributes as never))
}
