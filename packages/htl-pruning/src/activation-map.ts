/**
 * A heat map without a class: the mean over channels of relu(f) at a level of a classifier.
 *
 * Selective convolutional descriptor aggregation (Wei et al. 2017, arXiv:1604.04994) finds the object of fine-grained
 * images by the sum of the last activations. Where all classes show one kind of object, as diagnoses of a lesion do, the
 * evidence between them (CAM) may lie beside it, while features still answer to it.
 *
 * @module
 */
import { resizeLinear } from '@leanvox/engine'
import { mean, relu, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { withoutChannel, type ClassifierModel } from './cam.ts'

/**
 * The maps, brought linearly to the size of the input.
 *
 * @param x `[N, ...spatial, inChannels]`
 * @param options.level 0 the finest; default the last
 * @returns `[N, ...spatial]`, never negative; belongs to the caller
 * @throws RangeError for a level that does not exist
 */
export function activationMap(
  { network, weights }: ClassifierModel,
  x: Tensor,
  { level = network.spec.channels.length - 1 }: { readonly level?: number } = {},
): Tensor {
  return tidy(() => {
    const map = mean(relu(network.features(weights, x, { level })), -1, true)
    return withoutChannel(resizeLinear(map, x.shape.slice(1, -1)))
  })
}
