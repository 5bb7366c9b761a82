/**
 * What a volume is: plain readonly values, one typed array and its geometry.
 *
 * Axis order is `[depth, height, width]` for shapes and spacings: depth (z) is slowest and width (x) fastest in memory,
 * so voxel (z, y, x) sits at `(z * height + y) * width + x`. The affine is NIfTI's: 16 numbers, row major, from the
 * column (x, y, z, 1) = (width index, height index, depth index, 1) to RAS+ millimetres at voxel centres.
 *
 * @module
 */

/** Extents in voxels; also used for voxel positions, which have the same axis order. */
export type Shape3 = readonly [depth: number, height: number, width: number]

/** Distance between neighbouring voxel centres in mm. */
export type Spacing = readonly [depth: number, height: number, width: number]

/** 4x4 matrix, row major, 16 numbers: (x index, y index, z index, 1) to RAS+ mm. */
export type Affine = readonly number[]

/** The voxel types a volume may hold. */
export type VoxelData =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** A 3D image with its place in the world. */
export interface Volume<D extends VoxelData = VoxelData> {
  readonly data: D
  readonly shape: Shape3
  readonly spacing: Spacing
  readonly affine: Affine
}

/** A box of voxels: first voxel and extents. `start` may lie outside a volume where a function pads. */
export interface Box {
  readonly start: Shape3
  readonly size: Shape3
}
