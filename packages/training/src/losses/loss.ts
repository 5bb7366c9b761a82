/**
 * What a segmentation loss is here, and the one door through which every loss meets the tape.
 *
 * A loss reads logits `[N, ...spatial, C]` and labels and gives a scalar. Several channels are classes under a softmax
 * (channel 0 is background); one channel is the foreground under a sigmoid. Each loss computes its gradient with
 * respect to the logits by hand beside its value (the two share most passes), so the tape holds one node a loss
 * instead of a dozen and never differentiates a logarithm of zero.
 *
 * @module
 */
import { add, customGrad, mul, reshape, type Scalar, type Tensor, type Tensor3D, tidy } from '@tensorflow/tfjs-core'
import { classView, type ClassView } from './class-view.ts'

/**
 * A loss with its options bound.
 *
 * `labels` is either class indices `[N, ...spatial]` (any number type, whole values in `[0, C)`, or in `{0, 1}` when
 * `C` is 1) or one-hot with the logits' own shape. A value outside the range is not noticed: check labels on loading.
 * With `itemWeights` it is the weighted mean of the items' losses, see {@link ItemWeights}.
 */
export type Loss = (logits: Tensor, labels: Tensor, itemWeights?: readonly number[]) => Scalar

/** Taken by every loss beside its own options. */
export interface ItemWeights {
  /**
   * One weight w of at least 0 for each item of the batch: the loss is sum(w l) / sum(w) over the losses l of the items
   * alone, 0 when every weight is. Sums over the batch (soft Dice's `batch`) are then sums over each item.
   */
  readonly itemWeights?: readonly number[]
}

/** A value with its gradient with respect to the logits as `[N, voxels, C]`. */
export interface LossTerm {
  readonly value: Scalar
  readonly gradient: Tensor
}

/** The scalar loss of a term; differentiable once in `logits`, constant in `labels`. */
export function lossFrom(
  { logits, labels, itemWeights }: { logits: Tensor; labels: Tensor } & ItemWeights,
  term: (view: ClassView) => LossTerm,
): Scalar {
  return tidy(() => {
    const operation = customGrad((...inputs) => {
      const [input, save] = inputs as unknown as [Tensor, (tensors: Tensor[]) => void] // tfjs types both as Tensor
      const { value, gradient } = term(classView({ logits: input, labels, ...(itemWeights && { itemWeights }) }))
      save([reshape(gradient, input.shape)])
      return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, saved[0]) }
    })
    return operation(logits) as Scalar
  })
}

/** The weighted sum of two terms of the same view. */
export function weightedSum(terms: readonly [LossTerm, LossTerm], weights: readonly [number, number]): LossTerm {
  const blend = (a: Tensor, b: Tensor) => add(scaled(a, weights[0]), scaled(b, weights[1]))
  return {
    value: blend(terms[0].value, terms[1].value) as Scalar,
    gradient: blend(terms[0].gradient, terms[1].gradient) as Tensor3D,
  }
}

const scaled = (tensor: Tensor, factor: number) => (factor === 1 ? tensor : mul(tensor, factor))
