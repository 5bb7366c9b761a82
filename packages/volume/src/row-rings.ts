/**
 * The rows around a row in the order of their distance, so that a search outwards may stop at the first that is too far.
 *
 * @module
 */
import type { Shape3, Spacing } from './types.ts'

/** Offsets of rows, nearest first. */
export interface RowRings {
  /** Squared distance in mm². */
  readonly apart: Float64Array
  readonly dz: Int32Array
  readonly dy: Int32Array
  /** All rows nearer than this, squared, are listed; Infinity once the list holds every row of the grid. */
  readonly reach: number
}

/** The rows less than `reach` mm² (a square) away, on a grid of a shape and spacing. A wider list begins as a narrower one. */
export function rowRings(
  { shape, spacing }: { readonly shape: Shape3; readonly spacing: Spacing },
  reach: number,
): RowRings {
  const across = spacing[0] * spacing[0]
  const along = spacing[1] * spacing[1]
  const most = (axis: 0 | 1) => Math.min(shape[axis] - 1, Math.ceil(Math.sqrt(reach) / spacing[axis]))
  const [depth, height] = [most(0), most(1)]
  const found: { gap: number; z: number; y: number }[] = []
  for (let z = -depth; z <= depth; z++) {
    for (let y = -height; y <= height; y++) {
      const gap = across * (z * z) + along * (y * y)
      if (gap < reach) found.push({ gap, z, y })
    }
  }
  found.sort((a, b) => a.gap - b.gap || a.z - b.z || a.y - b.y)
  const isAll = found.length === (2 * shape[0] - 1) * (2 * shape[1] - 1)
  return {
    apart: Float64Array.from(found, ({ gap }) => gap),
    dz: Int32Array.from(found, ({ z }) => z),
    dy: Int32Array.from(found, ({ y }) => y),
    reach: isAll ? Infinity : reach,
  }
}
