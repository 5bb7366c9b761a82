/**
 * The orientation of a voxel grid in three letters, as nibabel and ITK-SNAP name it.
 *
 * @module
 */
import type { Affine } from '@leanvox/volume'

const LETTERS = [
  ['L', 'R'],
  ['P', 'A'],
  ['I', 'S'],
] as const

/**
 * Where the axes x, y, z of the file lead, such as `RAS` (to the right, the front and the head) or `LPS`. An oblique grid
 * has the letters of the closest axes.
 */
export function orientationOf(affine: Affine): string {
  const taken = new Set<number>()
  // The steepest columns choose first, so that two axes never claim one direction.
  const columns = [0, 1, 2].map((c) => {
    const column = [affine[c], affine[4 + c], affine[8 + c]]
    const length = Math.hypot(...column)
    return { c, direction: column.map((value) => value / length) }
  })
  const letters = ['?', '?', '?']
  const steepest = ({ direction }: { direction: number[] }) => Math.max(...direction.map(Math.abs))
  for (const { c, direction } of columns.toSorted((a, b) => steepest(b) - steepest(a))) {
    const axis = [0, 1, 2]
      .filter((a) => !taken.has(a))
      .reduce((best, a) => (Math.abs(direction[a]) > Math.abs(direction[best]) ? a : best))
    taken.add(axis)
    letters[c] = LETTERS[axis][Number(direction[axis] > 0)]
  }
  return letters.join('')
}

/** Whether an axis is more than a hundredth of a degree off the patient's axes. */
export function isOblique(affine: Affine): boolean {
  return [0, 1, 2].some((c) => {
    const column = [affine[c], affine[4 + c], affine[8 + c]]
    return Math.max(...column.map(Math.abs)) < Math.hypot(...column) * Math.cos((0.01 * Math.PI) / 180)
  })
}

/** Both as facets of a stored image. */
export function geometryFacets(affine: Affine): Record<string, string> {
  return { orientation: orientationOf(affine), ...(isOblique(affine) ? { oblique: 'yes' } : {}) }
}
