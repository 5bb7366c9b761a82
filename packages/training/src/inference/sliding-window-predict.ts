/**
 * Sliding-window prediction with a network. A 2D network runs over the slices along depth.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { patchShape, type PatchSize } from '../patches/patch-size.ts'
import type { PreparedImage } from '../patches/prepared-case.ts'
import type { SegmentationNetwork } from '../segmentation-network.ts'
import { argmaxClasses, softmaxClasses } from './class-maps.ts'
import { slidingWindow, type TilePredictor } from './sliding-window.ts'
import { tileGrid } from './tile-grid.ts'

/** A network with its weights. */
export interface Model {
  readonly network: SegmentationNetwork
  readonly weights: NamedTensors
}

export interface PredictOptions {
  /** `[depth, height, width]`, or `[height, width]` for a 2D network. */
  readonly patchSize: PatchSize
  /** Default 0.5. */
  readonly overlap?: number
  /** Default true. */
  readonly gaussian?: boolean
  /** Also return the probabilities (default false). */
  readonly probabilities?: boolean
  readonly signal?: AbortSignal | undefined
}

export interface Prediction {
  /** `[depth, height, width]` */
  readonly labelMap: Uint8Array
  /** `[classes, depth, height, width]`, when asked for. */
  readonly probabilities?: Float32Array
}

/**
 * The label map of an image of any size, smaller than the patch included.
 *
 * @throws RangeError for other channels than the network's or a bad patch size; the signal's reason when aborted
 */
export async function slidingWindowPredict(
  { network, weights }: Model,
  image: PreparedImage,
  { patchSize, probabilities = false, ...options }: PredictOptions,
): Promise<Prediction> {
  const { dimensions, inChannels, outChannels: classes } = network.spec
  if (image.channels !== inChannels) {
    throw new RangeError(`slidingWindowPredict: expected ${inChannels} channels, got ${image.channels}`)
  }
  const size = patchShape(patchSize, dimensions)
  const predict: TilePredictor = async (tile) => {
    const spatial = dimensions === 2 ? size.slice(1) : size
    const logits = tidy(() => network.apply(weights, tensor(tile, [1, ...spatial, inChannels], 'float32')))
    try {
      return (await logits.data()) as Float32Array // logits are float32
    } finally {
      logits.dispose()
    }
  }
  const logits = await slidingWindow(predict, image, { ...options, patchSize: size, classes })
  const labelMap = argmaxClasses(logits, classes)
  return probabilities ? { labelMap, probabilities: softmaxClasses(logits, classes) } : { labelMap }
}

/** Forward multiply-adds of predicting an image: one patch for every tile. */
export function predictionMultiplyAdds(
  network: SegmentationNetwork,
  { shape }: Pick<PreparedImage, 'shape'>,
  { patchSize, overlap = 0.5 }: { patchSize: PatchSize; overlap?: number },
): number {
  const tiles = tileGrid(shape, { patchSize: patchShape(patchSize, network.spec.dimensions), overlap })
  return tiles.length * network.multiplyAdds(patchSize)
}
