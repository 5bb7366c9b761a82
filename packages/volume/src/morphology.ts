/**
 * Binary morphology: dilation, erosion, opening and closing by a neighbourhood of 6, 18 or 26, repeated, or by a ball of
 * a radius in mm.
 *
 * A step of a neighbourhood is an OR of shifted rows. A ball is thresholded distance: dilated is what lies at most the
 * radius from the mask, eroded what lies further than it from the background, between voxel centres, so anisotropic
 * spacing makes the right ellipsoid of voxels. Beyond the image lies background (scipy's `border_value=0`). A closing
 * dilates beyond the border before it erodes, as on an endless image, and so never takes a voxel away (scipy's does at
 * the border). An axis of one voxel has no beyond: a slice of depth 1 is treated as the image it is.
 *
 * @module
 */
import { assertConnectivity, type Connectivity } from './components.ts'
import { assertLength, assertShape, assertSpacing } from './checks.ts'
import { distanceTransform } from './distance-transform.ts'
import { padTo } from './box.ts'
import { extractPatch } from './patch.ts'
import type { Shape3, Volume } from './types.ts'

/** The neighbourhood and how often (default once), or a ball. */
export type StructuringElement =
  { readonly connectivity: Connectivity; readonly iterations?: number } | { readonly radiusMm: number }

/** The mask and every voxel that the element reaches from it, 1 or 0. Non-zero is foreground; NaN is not. */
export function dilate(mask: Volume, element: StructuringElement): Volume<Uint8Array> {
  return { ...mask, data: spread(checked(mask, element, 'dilate'), element, 0) }
}

/** The voxels from which the element reaches no background, 1 or 0; beyond the image is background. */
export function erode(mask: Volume, element: StructuringElement): Volume<Uint8Array> {
  return { ...mask, data: shrink(checked(mask, element, 'erode'), element, 0) }
}

/** Erosion, then dilation: takes away what is narrower than the element. */
export function opening(mask: Volume, element: StructuringElement): Volume<Uint8Array> {
  const eroded = { ...mask, data: shrink(checked(mask, element, 'opening'), element, 0) }
  return { ...mask, data: spread(eroded, element, 0) }
}

/** Dilation, then erosion: closes what is narrower than the element; holds the mask. */
export function closing(mask: Volume, element: StructuringElement): Volume<Uint8Array> {
  const bits = checked(mask, element, 'closing')
  const margin = (axis: number) => (bits.shape[axis] > 1 ? reachOf(element, bits.spacing[axis]) : 0)
  const start: Shape3 = [margin(0), margin(1), margin(2)]
  const size = bits.shape
  const shape: Shape3 = [size[0] + 2 * start[0], size[1] + 2 * start[1], size[2] + 2 * start[2]]
  const padded = padTo(bits, shape)
  const dilated = { ...padded, data: spread(padded, element, 0) }
  return { ...mask, data: extractPatch({ data: shrink(dilated, element, 0), shape }, { start, size }) }
}

/** Voxels that the element reaches along an axis, and one. */
function reachOf(element: StructuringElement, spacing: number): number {
  return 1 + ('radiusMm' in element ? Math.floor(element.radiusMm / spacing) : (element.iterations ?? 1))
}

function checked(mask: Volume, element: StructuringElement, name: string): Volume<Uint8Array> {
  assertShape(mask.shape, name)
  assertLength(mask.data, mask.shape, name)
  if ('radiusMm' in element) {
    assertSpacing(mask.spacing, name)
    if (!(element.radiusMm >= 0 && Number.isFinite(element.radiusMm))) {
      throw new RangeError(`${name}: expected a radius of at least 0 mm, got ${element.radiusMm}`)
    }
  } else {
    assertConnectivity(element.connectivity, name)
    const { iterations = 1 } = element
    if (!Number.isSafeInteger(iterations) || iterations < 0) {
      throw new RangeError(`${name}: expected a whole number of iterations >= 0, got ${iterations}`)
    }
  }
  const { data } = mask
  const bits = new Uint8Array(data.length)
  for (let i = 0; i < bits.length; i++) bits[i] = data[i] > 0 || data[i] < 0 ? 1 : 0
  return { ...mask, data: bits }
}

/** Dilation; what lies beyond the image is `outside`: that of the background, when it is dilated, is 1. */
function spread(mask: Volume<Uint8Array>, element: StructuringElement, outside: 0 | 1): Uint8Array {
  if ('radiusMm' in element) return within(mask, element.radiusMm, outside)
  let { data } = mask
  const { iterations = 1, connectivity } = element
  for (let step = 0; step < iterations; step++) data = stepOnce(data, { shape: mask.shape, connectivity, outside })
  return data
}

/** Erosion is the dilation of the background. */
function shrink(mask: Volume<Uint8Array>, element: StructuringElement, outside: 0 | 1): Uint8Array {
  const background = { ...mask, data: mask.data.map((bit) => 1 - bit) }
  return spread(background, element, outside === 1 ? 0 : 1).map((bit) => 1 - bit)
}

function within(mask: Volume<Uint8Array>, radius: number, outside: 0 | 1): Uint8Array {
  // Squares of decimal spacings carry rounding: a voxel at the radius belongs to the ball.
  const limit = radius * (1 + 1e-9)
  const near = (bits: Volume<Uint8Array>) => Uint8Array.from(distanceTransform(bits), (mm) => (mm <= limit ? 1 : 0))
  if (outside === 0) return near(mask)
  const { shape } = mask
  const margin = (axis: number) => (shape[axis] > 1 ? 1 : 0)
  const wider: Shape3 = [shape[0] + 2 * margin(0), shape[1] + 2 * margin(1), shape[2] + 2 * margin(2)]
  const padded = padTo(mask, wider, { value: 1 })
  const start: Shape3 = [margin(0), margin(1), margin(2)]
  return extractPatch({ data: near(padded), shape: wider }, { start, size: shape })
}

interface Step {
  readonly shape: Shape3
  readonly connectivity: Connectivity
  readonly outside: 0 | 1
}

function stepOnce(bits: Uint8Array, { shape, connectivity, outside }: Step): Uint8Array {
  const [depth, height, width] = shape
  const out = new Uint8Array(bits)
  const most = { 6: 1, 18: 2, 26: 3 }[connectivity]
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const to = (z * height + y) * width
      for (let dz = -1; dz <= 1; dz++) {
        for (let dy = -1; dy <= 1; dy++) {
          const used = Math.abs(dz) + Math.abs(dy)
          if (used > most || (dz !== 0 && depth === 1) || (dy !== 0 && height === 1)) continue
          const isInside = z + dz >= 0 && z + dz < depth && y + dy >= 0 && y + dy < height
          const from = isInside ? ((z + dz) * height + y + dy) * width : -1
          if (from >= 0) addRow(out, bits, { to, from, width, sideways: used < most && width > 1, outside })
          else if (outside === 1) out.fill(1, to, to + width)
        }
      }
    }
  }
  return out
}

interface RowStep {
  readonly to: number
  readonly from: number
  readonly width: number
  /** Whether the element reaches a column to either side in this row. */
  readonly sideways: boolean
  readonly outside: 0 | 1
}

function addRow(out: Uint8Array, bits: Uint8Array, { to, from, width, sideways, outside }: RowStep): void {
  for (let x = 0; x < width; x++) out[to + x] |= bits[from + x]
  if (!sideways) return
  for (let x = 1; x < width; x++) out[to + x] |= bits[from + x - 1]
  for (let x = 1; x < width; x++) out[to + x - 1] |= bits[from + x]
  out[to] |= outside
  out[to + width - 1] |= outside
}
