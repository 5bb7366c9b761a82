/**
 * Label maps as Uint8Array, whatever type they are stored in.
 *
 * A label stored as float32 is fine as long as its values are whole numbers in 0..255; rounding would hide a label that
 * was resampled with linear interpolation.
 *
 * @module
 */
import type { VoxelData } from '@leanvox/volume'

/** A label map's values, or the first value that is none. */
export type LabelValues =
  { readonly data: Uint8Array; readonly counts: Float64Array } | { readonly wrong: number; readonly voxel: number }

/** Values in 0..255 and how often each occurs (256 counts); or the first value that is not a whole number of that range. */
export function labelValues(stored: VoxelData): LabelValues {
  const data = new Uint8Array(stored.length)
  const counts = new Float64Array(256)
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i]
    data[i] = value
    if (data[i] !== value) return { wrong: value, voxel: i }
    counts[value]++
  }
  return { data, counts }
}

/** The values that occur, ascending. */
export function occurring(counts: Float64Array): number[] {
  return [...counts.keys()].filter((value) => counts[value] > 0)
}
