/**
 * From a label map with one number per voxel to the binary mask of one label, the form that every metric here takes.
 *
 * @module
 */

/** A mask of the same length, 1 where `labelMap` equals `label` and 0 elsewhere. */
export function labelMask(labelMap: ArrayLike<number>, label: number): Uint8Array {
  const mask = new Uint8Array(labelMap.length)
  for (let i = 0; i < mask.length; i++) mask[i] = labelMap[i] === label ? 1 : 0
  return mask
}
