/**
 * Where the surfaces of two masks are: surface voxels, or the surface elements at the corner points between voxels.
 *
 * Masks are packed with a rim of background, and 32 voxels or points are compared at once. Both kinds of marks lie on the
 * grid of the packed masks: the corner point before voxel i has the index of voxel i - 1.
 *
 * @module
 */
import type { PackedMask, Spacing } from '@leanvox/volume'
import { contourLengths, surfaceAreas } from './surface-area.ts'

/** The marked points of a surface. */
export interface SurfaceMarks {
  readonly marks: PackedMask
  /** Area or length of each element in the order of memory; none for voxels. */
  readonly areas: Float64Array
}

/** The axis of an image across which nothing counts, -1 for a volume, and the size of voxels. */
export interface MarkOptions {
  readonly flat: number
  readonly spacing: Spacing
}

/** Surface voxels: foreground with background across a face. The mask has a rim of background. */
export function markVoxels({ words, rowWords, shape }: PackedMask, { flat }: Pick<MarkOptions, 'flat'>): PackedMask {
  const marks = new Int32Array(words.length)
  const strides = [shape[1] * rowWords, rowWords].filter((_, axis) => axis !== flat)
  const [one, two = one] = strides
  const from = 1 + shape[1] * rowWords
  for (let i = from; i < words.length - shape[1] * rowWords; i++) {
    const own = words[i]
    if (own === 0) continue
    let around = words[i - one] & words[i + one] & words[i - two] & words[i + two]
    if (flat !== 2) around &= ((own << 1) | (words[i - 1] >>> 31)) & ((own >>> 1) | (words[i + 1] << 31))
    marks[i] = own & ~around
  }
  return { words: marks, rowWords, shape }
}

/** Surface elements: corner points around which voxels differ. The mask has a rim of background. */
export function markElements(mask: PackedMask, options: MarkOptions): SurfaceMarks {
  const around = rowsAround(mask, options)
  const marks = { ...mask, words: differing(mask, around) }
  return { marks, areas: areasOf(mask, marks.words, around) }
}

/** Offsets, in words, of the rows of voxels around a point, the later axis faster; whether voxels count along the row. */
interface Around {
  readonly rows: readonly number[]
  readonly along: boolean
  /** The first slice and row of points, and those after the last. */
  readonly z: readonly [number, number]
  readonly y: readonly [number, number]
  readonly measures: Float64Array
}

function rowsAround({ rowWords, shape: [depth, height] }: PackedMask, { flat, spacing }: MarkOptions): Around {
  const plane = height * rowWords
  const steps = flat < 0 || flat === 2 ? [0, rowWords, plane, plane + rowWords] : [0, flat === 0 ? rowWords : plane]
  const [v, u] = [0, 1, 2].filter((axis) => axis !== flat)
  return {
    rows: steps,
    along: flat !== 2,
    // An image has corner points within its own slice only: the one after the rim.
    z: flat === 0 ? [1, 2] : [0, depth - 1],
    y: flat === 1 ? [1, 2] : [0, height - 1],
    measures: flat < 0 ? surfaceAreas(spacing) : contourLengths([spacing[v], spacing[u]]),
  }
}

function differing({ words, rowWords, shape }: PackedMask, { rows, along, z: zs, y: ys }: Around): Int32Array {
  const marks = new Int32Array(words.length)
  const [, r1, r2 = 0, r3 = r1] = rows
  for (let z = zs[0]; z < zs[1]; z++) {
    for (let y = ys[0]; y < ys[1]; y++) {
      const first = 1 + (z * shape[1] + y) * rowWords
      let any = words[first] | words[first + r1] | words[first + r2] | words[first + r3]
      let all = words[first] & words[first + r1] & words[first + r2] & words[first + r3]
      for (let i = first; i < first + rowWords - 1; i++) {
        const j = i + 1
        const nextAny = words[j] | words[j + r1] | words[j + r2] | words[j + r3]
        const nextAll = words[j] & words[j + r1] & words[j + r2] & words[j + r3]
        if (!along) marks[i] = any & ~all
        else marks[i] = (any | (any >>> 1) | (nextAny << 31)) & ~(all & ((all >>> 1) | (nextAll << 31)))
        any = nextAny
        all = nextAll
      }
    }
  }
  return marks
}

function areasOf({ words }: PackedMask, marks: Int32Array, { rows, along, measures }: Around): Float64Array {
  const areas = new Float64Array(countBits(marks))
  const [, r1, r2 = 0, r3 = 0] = rows
  const bits = along ? 2 : 1
  const each = (1 << bits) - 1
  // In an image the last two rows are not there.
  const kept = rows.length === 4 ? -1 : (1 << (2 * bits)) - 1
  for (let i = 0, next = 0; i < marks.length; i++) {
    if (marks[i] === 0) continue
    const a0 = words[i]
    const b0 = words[i + 1] << 1
    const a1 = words[i + r1]
    const b1 = words[i + r1 + 1] << 1
    const a2 = words[i + r2]
    const b2 = words[i + r2 + 1] << 1
    const a3 = words[i + r3]
    const b3 = words[i + r3 + 1] << 1
    for (let left = marks[i]; left !== 0; left &= left - 1) {
      const at = lowestBit(left)
      const rest = 31 - at
      const near = (((a0 >>> at) | (b0 << rest)) & each) | ((((a1 >>> at) | (b1 << rest)) & each) << bits)
      const far = (((a2 >>> at) | (b2 << rest)) & each) | ((((a3 >>> at) | (b3 << rest)) & each) << bits)
      areas[next++] = measures[(near | (far << (2 * bits))) & kept]
    }
  }
  return areas
}

function countBits(words: Int32Array): number {
  let count = 0
  for (let i = 0; i < words.length; i++) {
    for (let left = words[i]; left !== 0; left &= left - 1) count++
  }
  return count
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}
