/**
 * A similarity measure in two steps, so that the work that concerns one volume is done once and not for every pair:
 * `prepare` turns a representation into whatever the measure needs (bin indices, windowed sums), `compare` scores two.
 *
 * A measure of one's own is any object of this form; `compare` must be symmetric, higher meaning more alike.
 *
 * @module
 */
import type { Representation } from './representation.ts'

/** How alike two volumes are. `Prepared` is private to the measure. */
export interface Measure<Prepared = unknown> {
  readonly name: string
  prepare(volume: Representation): Prepared
  compare(a: Prepared, b: Prepared): number
}

/** Two volumes on one grid. */
export interface RepresentationPair {
  readonly a: Representation
  readonly b: Representation
}

/** One score of one pair. @throws RangeError unless both volumes have the same shape. */
export function comparePair<Prepared>({ a, b }: RepresentationPair, measure: Measure<Prepared>): number {
  requireSameShape([a, b], measure.name)
  return measure.compare(measure.prepare(a), measure.prepare(b))
}

/** Throws RangeError, in the name of the function called, unless all volumes have one shape and data that fill it. */
export function requireSameShape(volumes: readonly Representation[], caller: string): void {
  for (const { data, shape } of volumes) {
    if (shape.some((extent, axis) => extent !== volumes[0].shape[axis])) {
      throw new RangeError(`${caller}: expected shape [${volumes[0].shape.join(', ')}], got [${shape.join(', ')}]`)
    }
    if (data.length !== shape[0] * shape[1] * shape[2]) {
      throw new RangeError(`${caller}: expected data for shape [${shape.join(', ')}], got ${data.length} voxels`)
    }
  }
}
