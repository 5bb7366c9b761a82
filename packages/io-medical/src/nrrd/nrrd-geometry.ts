/**
 * Which axes of an NRRD array are space, and their affine.
 *
 * @module
 */
import type { Affine } from '@leanvox/volume'
import type { Refuse } from '../origin.ts'
import { affineOfGrid, LPS, threeSteps, type Vector3, type WorldSigns } from '../raster/lps.ts'
import { numbersOf } from '../raster/payload.ts'

/** Axes and affine of a header. */
export interface NrrdGeometry {
  readonly spatialAxes: readonly number[]
  readonly componentAxes: readonly number[]
  readonly space: string | undefined
  readonly affine: Affine
}

interface Fields {
  readonly fields: ReadonlyMap<string, string>
  readonly sizes: readonly number[]
  readonly kinds: readonly string[]
}

const TIMES = /^(time|list)$/i
const SPACES = /^(domain|space)$/i
const UNKNOWN = /^(\?\?\?|none)$/i

/**
 * The geometry of a header.
 *
 * @throws what `refuse` throws (bad-header, unsupported)
 */
export function nrrdGeometry(header: Fields, refuse: Refuse): NrrdGeometry {
  const { fields, sizes } = header
  const space = fields.get('space')
  const directions = directionsOf(header, refuse)
  const spatialAxes = directions ? axesWhere(directions, (one) => one !== undefined) : spatialByKind(header)
  if (spatialAxes.length < 1 || spatialAxes.length > 3) {
    refuse('unsupported', '1 to 3 axes of space', `${spatialAxes.length} of ${sizes.length}`)
  }
  const steps: readonly Vector3[] = directions
    ? spatialAxes.map((axis) => directions[axis] ?? [0, 0, 0])
    : spacedSteps(header, spatialAxes, refuse)
  const text = fields.get('spaceorigin')
  const origin: Vector3 = text === undefined ? [0, 0, 0] : vectorOf(text, refuse)
  const affine = affineOfGrid({ origin, steps: threeSteps(steps) }, signsOf(space), refuse)
  return { spatialAxes, componentAxes: componentsOf(header, spatialAxes), space, affine }
}

function axesWhere<T>(values: readonly T[], holds: (value: T) => boolean): number[] {
  return values.map((_, axis) => axis).filter((axis) => holds(values[axis]))
}

/** A step for each axis, undefined for an axis that is not space; undefined without the field. */
function directionsOf({ fields, sizes }: Fields, refuse: Refuse): (Vector3 | undefined)[] | undefined {
  const text = fields.get('spacedirections')
  if (text === undefined) return undefined
  const words = text.match(/none|\([^()]*\)/gi) ?? []
  if (words.length !== sizes.length)
    refuse('bad-header', `${sizes.length} space directions`, JSON.stringify(text.slice(0, 80)))
  return words.map((word) => directionOf(word, refuse))
}

/** `(x,y,z)`; missing coordinates are 0, a fourth one (time) is left out. */
function vectorOf(text: string, refuse: Refuse): Vector3 {
  const numbers = numbersOf(text.replace(/[()]/g, ' '))
  if (!numbers || numbers.length === 0 || numbers.length > 4 || !/^\(.*\)$/.test(text)) {
    return refuse('bad-header', 'a vector of numbers', JSON.stringify(text.slice(0, 40)))
  }
  const [x, y = 0, z = 0] = numbers
  return [x, y, z]
}

/** Undefined for no direction: `none`, not a number, or one along time alone. */
function directionOf(word: string, refuse: Refuse): Vector3 | undefined {
  if (/^none$/i.test(word)) return undefined
  const vector = vectorOf(word, refuse)
  return vector.some((value) => Number.isNaN(value)) || vector.every((value) => value === 0) ? undefined : vector
}

function spatialByKind({ sizes, kinds }: Fields): number[] {
  const named = axesWhere(kinds, (kind) => SPACES.test(kind))
  if (named.length > 0) return named
  return axesWhere(kinds, (kind) => UNKNOWN.test(kind)).slice(0, Math.min(3, sizes.length))
}

function spacedSteps({ fields, sizes }: Fields, axes: readonly number[], refuse: Refuse): Vector3[] {
  const text = fields.get('spacings')
  const spacings = text === undefined ? sizes.map(() => NaN) : numbersOf(text)
  if (spacings?.length !== sizes.length) {
    return refuse('bad-header', `${sizes.length} spacings`, JSON.stringify(text?.slice(0, 80)))
  }
  return axes.map((axis, i) => {
    const step = Number.isNaN(spacings[axis]) ? 1 : spacings[axis]
    return [i === 0 ? step : 0, i === 1 ? step : 0, i === 2 ? step : 0]
  })
}

/** What is neither space nor time is a component; unnamed axes are components when they are faster than space. */
function componentsOf({ kinds }: Fields, spatial: readonly number[]): number[] {
  const first = Math.min(...spatial)
  return kinds
    .map((_, axis) => axis)
    .filter((axis) => {
      if (spatial.includes(axis) || TIMES.test(kinds[axis])) return false
      return !UNKNOWN.test(kinds[axis]) || axis < first
    })
}

function signsOf(space = ''): WorldSigns {
  if (/^(right-anterior-superior|RAS)/i.test(space)) return [1, 1, 1]
  if (/^(left-anterior-superior|LAS)/i.test(space)) return [-1, 1, 1]
  return LPS
}
