/**
 * Arrays with named axes (NRRD, MetaImage) to volumes: up to three axes are space, the others times and components.
 *
 * @module
 */
import { createVolume, type Affine, type Shape3, type Volume, type VoxelData } from '@leanvox/volume'
import { DATATYPES } from '../nifti-datatype.ts'
import { decodedBytes, decodeVoxels, type StoredVoxels, type VoxelCoding } from '../nifti-voxels.ts'
import type { Origin, Refuse } from '../origin.ts'
import { framesOf } from '../volume-frames.ts'

/** How the axes of an array lie in space. */
export interface RasterLayout {
  /** Extents, the fastest axis first. */
  readonly sizes: readonly number[]
  /** Axes of space, 1 to 3 of them: voxels along x, y and z. */
  readonly spatial: readonly number[]
  /** Axes of colours and vectors; what is neither is time. */
  readonly components: readonly number[]
  readonly affine: Affine
  readonly coding: VoxelCoding
}

/** Volumes of one grid: the times of the first component, then those of the second. */
export interface RasterVolumes {
  readonly volumes: readonly Volume[]
  readonly components: number
}

/**
 * Bytes of all voxels of an array.
 *
 * @throws what `refuse` throws (bad-header) for no sizes, bad ones, or more than memory can hold
 */
export function rasterBytes(
  sizes: readonly number[],
  datatype: VoxelCoding['datatype'],
  refuse: Refuse,
): { count: number; bytes: number } {
  if (sizes.length === 0 || !sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    refuse('bad-header', 'extents of at least 1', sizes.join(' x ') || 'none')
  }
  const count = sizes.reduce((product, size) => product * size, 1)
  const bytes = count * DATATYPES[datatype].bytes
  if (!Number.isSafeInteger(bytes * 8)) refuse('bad-header', 'extents that fit in memory', sizes.join(' x '))
  return { count, bytes }
}

/** Room that decoding will want for `count` voxels. */
export function rasterRoom(count: number, coding: VoxelCoding): number {
  return decodedBytes(count, coding)
}

/** The volumes of stored bytes. */
export function decodeRaster(stored: StoredVoxels, layout: RasterLayout, origin: Origin): RasterVolumes {
  return splitRaster(decodeVoxels(stored, layout.coding, origin), layout)
}

/** The volumes of decoded values. */
export function splitRaster(values: VoxelData, layout: Omit<RasterLayout, 'coding'>): RasterVolumes {
  const { sizes, spatial, components, affine } = layout
  const strides = sizes.map((_, axis) => sizes.slice(0, axis).reduce((product, size) => product * size, 1))
  const [x, y, z] = [0, 1, 2].map((i) => spatial[i] as number | undefined)
  const size = (axis: number | undefined): number => (axis === undefined ? 1 : sizes[axis])
  const shape: Shape3 = [size(z), size(y), size(x)]
  // An axis that is not there has any stride: the one that keeps voxels together.
  const stride = (axis: number | undefined, else_: number): number => (axis === undefined ? else_ : strides[axis])
  const strideX = stride(x, 1)
  const strideY = stride(y, strideX * shape[2])
  const strideZ = stride(z, strideY * shape[1])
  const times = sizes.map((_, axis) => axis).filter((axis) => !spatial.includes(axis) && !components.includes(axis))
  // Times change first, then components; of each the fastest stored first.
  const offsets = [...times, ...components].reduce<number[]>(
    (list, axis) =>
      Array.from({ length: sizes[axis] }, (_, i) => list.map((offset) => offset + i * strides[axis])).flat(),
    [0],
  )
  const volumes = framesOf(values, { shape, strides: [strideZ, strideY, strideX], offsets })
  return {
    volumes: volumes.map((data) => createVolume({ data, shape, affine })),
    components: components.reduce((product, axis) => product * sizes[axis], 1),
  }
}
