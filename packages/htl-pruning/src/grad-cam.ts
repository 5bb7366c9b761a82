/**
 * Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391): M = relu(sum over channels c of a_c f_c), with a_c the mean over
 * places of the logit's derivative by f_c. It works at every level; at the last one, under average pooling, it is
 * relu(CAM) divided by the number of places.
 *
 * @module
 */
import { resizeLinear, valueAndGradients } from '@leanvox/engine'
import { mean, mul, relu, sum, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { checkClasses, choiceOf, withoutChannel, type ClassifierModel } from './cam.ts'

export interface GradCamOptions {
  /** The class of each image. */
  readonly classes: readonly number[]
  /** Level of the features, 0 the finest; default the last. */
  readonly level?: number
}

/**
 * The maps of one class per image, brought linearly to the size of the input.
 *
 * @param x `[N, ...spatial, inChannels]`
 * @returns `[N, ...spatial]`, never negative; belongs to the caller
 * @throws RangeError unless there is a known class for every image, or for a level that does not exist
 */
export function gradCam({ network, weights }: ClassifierModel, x: Tensor, options: GradCamOptions): Tensor {
  const { classes, level = network.spec.channels.length - 1 } = options
  checkClasses('gradCam', classes, { images: x.shape[0], classes: network.spec.outChannels })
  return tidy(() => {
    const features = network.features(weights, x, { level })
    const logit = (by: Tensor): Scalar => {
      const logits = network.classify(weights, by, { level })
      return sum(mul(logits, choiceOf(classes, logits.shape))) // images do not meet, so the sum keeps them apart
    }
    const { gradients } = valueAndGradients(({ f }) => logit(f), { f: features })
    const places = features.shape.map((_, axis) => axis).slice(1, -1)
    const map = relu(sum(mul(mean(gradients.f, places, true), features), -1, true))
    return withoutChannel(resizeLinear(map, x.shape.slice(1, -1)))
  })
}
