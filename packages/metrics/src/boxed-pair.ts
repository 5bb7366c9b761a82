/**
 * Both masks cut out of the image, with one voxel of background all around: bit 1 is the prediction, bit 2 the reference.
 *
 * @module
 */
import { voxelCount, type Box, type Shape3 } from '@leanvox/volume'
import { jointBox } from './joint-box.ts'
import { maskBytes } from './mask-bytes.ts'
import type { MaskPair } from './mask-pair.ts'

/** The bits of both masks, on the joint box grown by a voxel to every side. */
export interface BoxedPair {
  readonly bits: Uint8Array
  /** Shape of `bits`: the box and its rim. */
  readonly shape: Shape3
  /** The box within the image, without the rim. */
  readonly box: Box
}

export const PREDICTION = 1
export const REFERENCE = 2

/** Cuts both masks out; undefined if both are empty. */
export function boxPair(pair: MaskPair, shape: Shape3): BoxedPair | undefined {
  const box = jointBox(pair, shape)
  if (!box) return undefined
  const wide: Shape3 = [box.size[0] + 2, box.size[1] + 2, box.size[2] + 2]
  const bits = new Uint8Array(voxelCount(wide))
  const prediction = maskBytes(pair.prediction)
  const reference = maskBytes(pair.reference)
  const [depth, height, width] = box.size
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = ((z + box.start[0]) * shape[1] + y + box.start[1]) * shape[2] + box.start[2]
      const to = ((z + 1) * wide[1] + y + 1) * wide[2] + 1
      for (let x = 0; x < width; x++) {
        const bit = prediction[from + x] !== 0 ? PREDICTION : 0
        bits[to + x] = reference[from + x] !== 0 ? bit | REFERENCE : bit
      }
    }
  }
  return { bits, shape: wide, box }
}

/** One of the masks, 1 or 0, on the box and its rim. */
export function boxedMask({ bits }: BoxedPair, bit: number): Uint8Array {
  const mask = new Uint8Array(bits.length)
  for (let i = 0; i < mask.length; i++) mask[i] = (bits[i] & bit) === 0 ? 0 : 1
  return mask
}
