/**
 * The volume of objective space that a set of points dominates, up to a reference point.
 *
 * Two objectives: a sweep over the sorted front. More: the sum of what each point adds to those after it (the WFG
 * recursion of While, Bradstreet and Barone, IEEE TEVC 2012), exponential in the worst case, fine for fronts of some
 * hundred points and up to five objectives.
 *
 * @module
 */
import { type Direction } from './frozen-trial.ts'
import { dominates, losses } from './pareto-front.ts'

export interface HypervolumeOptions {
  /** A point that is worse than all; points not better than it in every direction add nothing. */
  readonly reference: readonly number[]
  readonly directions: readonly Direction[]
}

/**
 * The hypervolume of points; 0 for none.
 *
 * @param points one value per direction each; NaN counts as worst
 * @throws RangeError when a point or the reference has another number of values than there are directions
 */
export function hypervolume(
  points: readonly (readonly number[])[],
  { reference, directions }: HypervolumeOptions,
): number {
  for (const point of [reference, ...points]) {
    if (point.length !== directions.length) {
      throw new RangeError(`hypervolume: expected ${directions.length} values, got ${JSON.stringify(point)}`)
    }
  }
  const corner = losses(reference, directions)
  return lossVolume(
    points.map((point) => losses(point, directions)),
    corner,
  )
}

/** The hypervolume of losses, smaller being better, below a corner. */
export function lossVolume(points: readonly (readonly number[])[], corner: readonly number[]): number {
  const inside = points.filter((point) => point.every((loss, axis) => loss < corner[axis]))
  const front = withoutDominated(inside)
  if (front.length === 0) return 0
  if (corner.length === 1) return corner[0] - front[0][0]
  if (corner.length === 2) return sweep(front, corner)
  return front.reduce((sum, point, index) => sum + exclusive(point, { others: front.slice(index + 1), corner }), 0)
}

/** Sorted by the first loss, each once. */
function withoutDominated(points: readonly (readonly number[])[]): (readonly number[])[] {
  const sorted = points.toSorted((one, other) => {
    const axis = one.findIndex((loss, index) => loss !== other[index])
    return axis < 0 ? 0 : one[axis] < other[axis] ? -1 : 1
  })
  const front: (readonly number[])[] = []
  for (const point of sorted) {
    const isCovered = front.some((kept) => dominates(kept, point) || kept.every((loss, axis) => loss === point[axis]))
    if (!isCovered) front.push(point)
  }
  return front
}

function sweep(front: readonly (readonly number[])[], corner: readonly number[]): number {
  let volume = 0
  let ceiling = corner[1]
  for (const [x, y] of front) {
    volume += (corner[0] - x) * (ceiling - y)
    ceiling = y
  }
  return volume
}

/** What a point dominates and the others do not. */
function exclusive(
  point: readonly number[],
  { others, corner }: { others: readonly (readonly number[])[]; corner: readonly number[] },
): number {
  const box = point.reduce((product, loss, axis) => product * (corner[axis] - loss), 1)
  const limited = others.map((other) => other.map((loss, axis) => Math.max(loss, point[axis])))
  return box - lossVolume(limited, corner)
}
