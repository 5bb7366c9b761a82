/**
 * What is compared when two training volumes are compared: one region of each on a common grid, intensities in [0, 1].
 *
 * Nath et al. (MICCAI 2021, arXiv 2107.05471) compare volumes by mutual information and normalised cross-correlation
 * and say that the choice follows the task's spatial context; how volumes of different size are brought together is
 * not in the part of the paper that could be read, so regions, grid and rescaling here are our choice:
 * `whole` is the image, `roi` the label's bounding box with a margin, `label` that box with everything outside the
 * label set to 0. Sizes are not kept: every region fills the grid.
 *
 * @module
 */
import { voxelCount, type Shape3 } from '@leanvox/volume'
import { labelBox } from './label-box.ts'
import { resizeRegion, resizeRegionNearest } from './region-resize.ts'

/** A volume as the similarity measures take it: [depth, height, width], values in [0, 1]. */
export interface Representation {
  readonly data: Float32Array
  readonly shape: Shape3
}

/** A training volume; `image` may hold several channels as planes one after another, [channels, depth, height, width]. */
export interface RepresentationInput {
  readonly image: ArrayLike<number>
  readonly label?: ArrayLike<number> | undefined
  readonly shape: Shape3
}

/** Which part of a volume to compare, and on which grid. */
export interface RepresentationOptions {
  /** Default `whole`; `roi` and `label` need a label map with foreground. */
  readonly region?: 'whole' | 'roi' | 'label'
  /** Shape of the result; default [32, 32, 32]. */
  readonly grid?: Shape3
  /** Voxels added around the label's bounding box; default 4. */
  readonly margin?: number
  /** Which channel plane of the image; default 0. */
  readonly channel?: number
  /** `min-max` (default) maps the region's own range to [0, 1]; `clamp` expects intensities in [0, 1] and clips the rest. */
  readonly rescale?: 'min-max' | 'clamp'
}

/**
 * The representation of one volume. A constant region becomes all zeros under `min-max`.
 *
 * @throws RangeError if the image does not fit the shape, holds NaN or infinite values in the region, or a label is
 *   missing or empty where the region needs one.
 */
export function representation(input: RepresentationInput, options: RepresentationOptions = {}): Representation {
  const { region = 'whole', grid = [32, 32, 32], rescale = 'min-max' } = options
  const field = { data: channelPlane(input, options.channel ?? 0), shape: input.shape }
  if (region === 'whole') {
    const box = { start: [0, 0, 0] as const, size: input.shape }
    return { data: toUnitRange(resizeRegion(field, box, grid), rescale), shape: grid }
  }
  const label = { data: requireLabel(input, region), shape: input.shape }
  const box = labelBox(label, options.margin ?? 4)
  if (!box) throw new RangeError(`representation: expected a label with foreground for region ${region}, got none`)
  const data = toUnitRange(resizeRegion(field, box, grid), rescale)
  if (region === 'roi') return { data, shape: grid }
  const inside = resizeRegionNearest(label, box, grid)
  return { data: data.map((value, i) => (inside[i] > 0 ? value : 0)), shape: grid }
}

function channelPlane({ image, shape }: RepresentationInput, channel: number): ArrayLike<number> {
  const voxels = voxelCount(shape)
  const channels = image.length / voxels
  if (!Number.isInteger(channels)) {
    throw new RangeError(
      `representation: expected a multiple of ${voxels} voxels for shape [${shape.join(', ')}], got ${image.length}`,
    )
  }
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels) {
    throw new RangeError(`representation: expected a channel from 0 to ${channels - 1}, got ${channel}`)
  }
  if (channels === 1) return image
  const start = channel * voxels
  if (image instanceof Float32Array) return image.subarray(start, start + voxels)
  return Float64Array.from({ length: voxels }, (_, i) => image[start + i])
}

function requireLabel({ label, shape }: RepresentationInput, region: string): ArrayLike<number> {
  if (!label) throw new RangeError(`representation: expected a label for region ${region}, got none`)
  if (label.length !== voxelCount(shape)) {
    throw new RangeError(`representation: expected ${voxelCount(shape)} label voxels, got ${label.length}`)
  }
  return label
}

function toUnitRange(data: Float32Array, rescale: 'min-max' | 'clamp'): Float32Array {
  let low = Infinity
  let high = -Infinity
  for (const value of data) {
    if (!Number.isFinite(value)) throw new RangeError(`representation: expected finite intensities, got ${value}`)
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (rescale === 'clamp') return data.map((value) => Math.min(1, Math.max(0, value)))
  return high > low ? data.map((value) => (value - low) / (high - low)) : data.fill(0)
}
