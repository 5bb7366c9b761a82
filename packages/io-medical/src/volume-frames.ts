/**
 * One array of voxels to its volumes: times and components, wherever among the axes they are stored.
 *
 * Where a volume's voxels lie together it is a view, and all volumes of a file share one buffer: to hand one to another
 * thread, copy it first. Interleaved components (colours) are copied apart.
 *
 * @module
 */
import type { Shape3, VoxelData } from '@leanvox/volume'

/** How voxels and volumes lie in an array, in elements. */
export interface FrameLayout {
  readonly shape: Shape3
  /** Distance of neighbours along depth, height, width. */
  readonly strides: Shape3
  /** First voxel of every volume. */
  readonly offsets: readonly number[]
}

/** The voxels of each volume, x fastest. */
export function framesOf(values: VoxelData, { shape, strides, offsets }: FrameLayout): VoxelData[] {
  const [depth, height, width] = shape
  const count = depth * height * width
  const together = strides[2] === 1 && strides[1] === width && strides[0] === width * height
  if (together && offsets.length === 1 && values.length === count) return [values]
  if (together) return offsets.map((offset) => values.subarray(offset, offset + count))
  return offsets.map((offset) => gathered(values, { shape, strides, offset }))
}

function gathered(
  values: VoxelData,
  { shape: [depth, height, width], strides, offset }: Omit<FrameLayout, 'offsets'> & { readonly offset: number },
): VoxelData {
  const taken = values.slice(0, depth * height * width) // an array of the same type
  let to = 0
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let from = offset + z * strides[0] + y * strides[1]
      for (let x = 0; x < width; x++, from += strides[2]) taken[to++] = values[from]
    }
  }
  return taken
}
