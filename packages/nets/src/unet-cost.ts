/**
 * Multiply-adds of a U-Net's convolutions, computed from the rounded sizes that the forward pass really has:
 * in x out x kernel^dimensions x voxels, over the output's voxels, or the input's for a transposed convolution (every input
 * voxel meets every tap once). Normalisation, activation and resizing are left out.
 *
 * @module
 */
import { levelSizes } from './level-sizes.ts'
import type { ConvLayer } from './unet-layout.ts'
import { sizeOf } from './unet-parameters.ts'
import type { UNetSpec } from './unet-spec.ts'

/** Multiply-adds of one forward pass over one item of size `spatial`. */
export function multiplyAdds(
  { spec, layers }: { spec: UNetSpec; layers: readonly ConvLayer[] },
  spatial: readonly number[],
  rescale: readonly number[] | undefined,
): number {
  const voxels = levelSizes(spatial, { levels: spec.levels, factor: rescale }).map(sizeOf)
  const cost = ({ level, inChannels, outChannels, kernel }: ConvLayer) =>
    inChannels * outChannels * kernel ** spec.dimensions * voxels[level]
  return layers.reduce((sum, layer) => sum + cost(layer), 0)
}
