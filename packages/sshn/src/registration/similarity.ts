/**
 * How alike a warped image and its target are, as losses: squared local normalised cross-correlation or mean squares, and
 * the roughness of a displacement field.
 *
 * Local correlation over windows of 9 pixels, cc = cross^2 / (var_p var_r + eps), loss -mean(cc), eps 1e-5 (VoxelMorph,
 * Balakrishnan et al., TMI 2019). At the border a window holds only the pixels that exist, and sums run over the channels
 * one by one (ours).
 *
 * @module
 */
import {
  add,
  addN,
  concat,
  div,
  mean,
  mul,
  neg,
  onesLike,
  pad,
  type Scalar,
  slice,
  split,
  square,
  squaredDifference,
  sub,
  abs,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Two images `[N, H, W, C]`. */
export interface ImagePair {
  readonly prediction: Tensor
  readonly reference: Tensor
}

const EPSILON = 1e-5

/**
 * Minus the mean squared local correlation: -1 for images that are linear in each other in every window, 0 where nothing
 * corresponds. Flat windows count as 0.
 *
 * @throws RangeError for an even window or images of different shapes
 */
export function nccLoss(pair: ImagePair, { window = 9 }: { window?: number } = {}): Scalar {
  checkPair('nccLoss', pair)
  if (!(Number.isSafeInteger(window) && window >= 3 && window % 2 === 1)) {
    throw new RangeError(`nccLoss: expected an odd window of at least 3, got ${window}`)
  }
  const { prediction: p, reference: r } = pair
  // Slices and sums, not a convolution: a bfloat16 convolution would lose the variance in the square of the mean.
  const sums = boxSums(concat([p, r, mul(p, p), mul(r, r), mul(p, r), onesLike(p)], -1), window)
  const [sumP, sumR, sumPP, sumRR, sumPR, count] = split(sums, 6, -1)
  const cross = sub(sumPR, div(mul(sumP, sumR), count))
  const varianceP = sub(sumPP, div(square(sumP), count))
  const varianceR = sub(sumRR, div(square(sumR), count))
  return neg(mean(div(square(cross), add(mul(varianceP, varianceR), EPSILON))))
}

/** Mean of the squared differences. */
export function mseLoss(pair: ImagePair): Scalar {
  checkPair('mseLoss', pair)
  return mean(squaredDifference(pair.prediction, pair.reference))
}

/**
 * Roughness of a displacement field `[N, H, W, 2]`: mean over rows and columns of the mean squared (`'l2'`) or absolute
 * (`'l1'`) difference of neighbours, 0 for a constant field; an axis of one pixel counts as 0.
 */
export function smoothness(displacement: Tensor, { norm = 'l2' }: { norm?: 'l1' | 'l2' } = {}): Scalar {
  const measure = norm === 'l1' ? abs : square
  const terms = [1, 2]
    .filter((axis) => displacement.shape[axis] > 1)
    .map((axis) => {
      const length = displacement.shape[axis]
      const step = sub(part(displacement, axis, [1, length - 1]), part(displacement, axis, [0, length - 1]))
      return mean(measure(step))
    })
  if (terms.length === 0) return mul(mean(displacement), 0) as Scalar
  return mul(addN(terms), 1 / 2) as Scalar
}

/** Sums over windows, along rows then columns; nothing lies beyond the border. */
function boxSums(x: Tensor, window: number): Tensor {
  const reach = (window - 1) / 2
  return [1, 2].reduce((image, axis) => {
    const around = image.shape.map((_, i): [number, number] => (i === axis ? [reach, reach] : [0, 0]))
    const wide = pad(image, around)
    return addN(Array.from({ length: window }, (_, start) => part(wide, axis, [start, image.shape[axis]])))
  }, x)
}

function part(x: Tensor, axis: number, [start, length]: readonly [number, number]): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0))
  const size = x.shape.map((whole, i) => (i === axis ? length : whole))
  return slice(x, begin, size)
}

function checkPair(caller: string, { prediction, reference }: ImagePair): void {
  if (prediction.rank !== 4 || `${prediction.shape}` !== `${reference.shape}`) {
    throw new RangeError(
      `${caller}: expected two images [N, H, W, C], got [${prediction.shape.join(', ')}] and [${reference.shape.join(', ')}]`,
    )
  }
}
