/**
 * How much surface lies around a corner point of the voxel grid, from which of the voxels around it are foreground: the
 * area in mm² of the marching-cubes triangles (Lorensen and Cline 1987) with vertices half-way between voxel centres, as
 * DeepMind's surface-distance weighs its surface elements (Nikolov 2018); in an image the length in mm of the contour.
 *
 * The 256 cases of a cube of eight voxels come down to the connected parts of the smaller of the two sets of voxels
 * (foreground or background, joined over faces). With A the face areas of a voxel and t = |A| / 8, the area of the
 * triangle that cuts a corner off, a part has
 *
 *     1 voxel            t
 *     2                  ½ √(A_p² + A_q²), p and q across the line that joins them
 *     3                  ½ A_n + 3 t, n across the plane in which they lie
 *     4 in a square      A_n
 *     4, one in the middle of three   6 t
 *     4 in a chain       4 t + ¼ √(A_m² + A_p²) + ¼ √(A_m² + A_q²), m along the middle of the chain
 *
 * @module
 */
import type { Spacing } from '@leanvox/volume'

/**
 * Area in mm² for each of the 256 codes; bit 4 dz + 2 dy + dx of a code is the voxel on that side of the corner point. 0
 * where all eight are alike.
 */
export function surfaceAreas([depth, height, width]: Spacing): Float64Array {
  const faces: Spacing = [height * width, depth * width, depth * height]
  return Float64Array.from({ length: 256 }, (_, code) => {
    const corners = [0, 1, 2, 3, 4, 5, 6, 7].filter((corner) => (code >> corner) & 1)
    const others = [0, 1, 2, 3, 4, 5, 6, 7].filter((corner) => !((code >> corner) & 1))
    const parts = partsOf(corners.length <= 4 ? corners : others)
    return parts.reduce((area, part) => area + partArea(part, faces), 0)
  })
}

/** Length in mm for each of the 16 codes of an image; bit 2 dv + du, for steps of v and u mm. */
export function contourLengths([v, u]: readonly [number, number]): Float64Array {
  const across = Math.hypot(u, v) / 2
  return Float64Array.from({ length: 16 }, (_, code) => {
    const set = [0, 1, 2, 3].filter((corner) => (code >> corner) & 1)
    if (set.length === 0 || set.length === 4) return 0
    if (set.length !== 2) return across
    const apart = set[0] ^ set[1]
    return apart === 3 ? 2 * across : apart === 1 ? u : v
  })
}

const AXES = [0, 1, 2]

/** The corner across a face: bit 2 of a corner is z, bit 1 y, bit 0 x. */
function neighbour(corner: number, axis: number): number {
  return corner ^ (4 >> axis)
}

function partsOf(corners: readonly number[]): number[][] {
  const left = new Set(corners)
  const parts: number[][] = []
  for (const start of corners) {
    if (!left.delete(start)) continue
    const part = [start]
    for (let i = 0; i < part.length; i++) {
      for (const axis of AXES) {
        const next = neighbour(part[i], axis)
        if (left.delete(next)) part.push(next)
      }
    }
    parts.push(part)
  }
  return parts
}

function partArea(part: readonly number[], faces: Spacing): number {
  const triangle = Math.hypot(...faces) / 8
  const directions = (corner: number) => AXES.filter((axis) => part.includes(neighbour(corner, axis)))
  const used = AXES.filter((axis) => part.some((corner) => directions(corner).includes(axis)))
  const [unused = 0, ...more] = AXES.filter((axis) => !used.includes(axis))
  if (part.length === 1) return triangle
  if (part.length === 2) return Math.hypot(faces[unused], faces[more[0]]) / 2
  if (part.length === 3) return faces[unused] / 2 + 3 * triangle
  if (used.length === 2) return faces[unused]
  if (part.some((corner) => directions(corner).length === 3)) return 6 * triangle
  const middle = AXES.find((axis) =>
    part.some(
      (corner) =>
        directions(corner).length === 2 &&
        directions(corner).includes(axis) &&
        directions(neighbour(corner, axis)).length === 2,
    ),
  )
  const sides = AXES.filter((axis) => axis !== middle).map((axis) => Math.hypot(faces[middle ?? 0], faces[axis]) / 4)
  return 4 * triangle + sides[0] + sides[1]
}
