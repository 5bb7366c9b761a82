/**
 * Class activation maps (Zhou et al. 2016, arXiv:1512.04150): M_k(place) = sum over channels c of w_ck f_c(place), with f
 * the last features and w the linear layer's weights. Its mean over places plus the bias is the logit of class k.
 *
 * Brought linearly to the size of the input.
 *
 * @module
 */
import { resizeLinear, type NamedTensors } from '@leanvox/engine'
import {
  cast,
  matMul,
  mul,
  oneHot,
  reshape,
  sum,
  tensor1d,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { HEAD, type Classifier } from './classifier.ts'

/** A classifier with its weights as tensors. */
export interface ClassifierModel {
  readonly network: Classifier
  readonly weights: NamedTensors
}

/**
 * The maps of one class per image.
 *
 * @param x `[N, ...spatial, inChannels]`
 * @param options.classes the class of each image
 * @returns `[N, ...spatial]`, unscaled and of either sign; belongs to the caller
 * @throws RangeError unless there is a known class for every image
 */
export function cam({ network, weights }: ClassifierModel, x: Tensor, options: { classes: readonly number[] }): Tensor {
  checkClasses('cam', options.classes, { images: x.shape[0], classes: network.spec.outChannels })
  return tidy(() => {
    const features = network.features(weights, x)
    const channels = features.shape[features.rank - 1]
    const flat = reshape(features, [features.size / channels, channels]) as Tensor2D
    const all = reshape(matMul(flat, weights[HEAD.kernel] as Tensor2D), [...features.shape.slice(0, -1), -1])
    const chosen = sum(mul(all, choiceOf(options.classes, all.shape)), -1, true)
    return withoutChannel(resizeLinear(chosen, x.shape.slice(1, -1)))
  })
}

/** 1 for each image's class in a tensor `[N, 1, ..., classes]` that meets `shape`. */
export function choiceOf(classes: readonly number[], shape: readonly number[]): Tensor {
  const [images, ...rest] = shape
  const places = rest.slice(0, -1).map(() => 1)
  const count = rest[rest.length - 1]
  return reshape(cast(oneHot(tensor1d([...classes], 'int32'), count), 'float32'), [images, ...places, count])
}

/** The tensor without its last axis of length 1. */
export function withoutChannel(map: Tensor): Tensor {
  return reshape(map, map.shape.slice(0, -1))
}

/** Throws RangeError, in the name of the function called, unless every image has a known class. */
export function checkClasses(
  caller: string,
  given: readonly number[],
  { images, classes }: { images: number; classes: number },
): void {
  if (given.length !== images)
    throw new RangeError(`${caller}: expected a class for ${images} images, got ${given.length}`)
  const bad = given.find((one) => !(Number.isInteger(one) && one >= 0 && one < classes))
  if (bad !== undefined) throw new RangeError(`${caller}: expected classes below ${classes}, got ${bad}`)
}
