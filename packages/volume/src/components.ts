/**
 * Connected components of a mask in 3D: one raster pass with union-find over the voxels already seen (Rosenfeld and
 * Pfaltz 1966), roots being the smallest provisional label, then one pass that numbers them.
 *
 * Foreground is every voxel that is not zero; NaN counts as background.
 *
 * @module
 */
import { assertLength, assertShape } from './checks.ts'
import type { Shape3, Volume } from './types.ts'

/** Neighbours share a face (6), a face or edge (18), or a face, edge or corner (26). */
export type Connectivity = 6 | 18 | 26

/** A mask in memory order; a volume is one. */
export interface Mask {
  readonly data: ArrayLike<number>
  readonly shape: Shape3
}

/** Components numbered from 1 in the order in which their first voxel comes in memory. */
export interface Components {
  /** 0 for background, else the component's number; as long as the mask. */
  readonly labels: Int32Array
  readonly count: number
  /** Voxels per component: `sizes[n - 1]` belongs to component n. */
  readonly sizes: readonly number[]
}

/**
 * Labels the connected components of a mask; a mask without foreground has none.
 *
 * @throws RangeError for a connectivity other than 6, 18 and 26, or data that do not fit the shape
 */
export function connectedComponents(
  mask: Mask,
  { connectivity = 26 }: { readonly connectivity?: Connectivity } = {},
): Components {
  assertShape(mask.shape, 'connectedComponents')
  assertLength(mask.data, mask.shape, 'connectedComponents')
  if (connectivity !== 6 && connectivity !== 18 && connectivity !== 26) {
    throw new RangeError(`connectedComponents: expected connectivity 6, 18 or 26, got ${String(connectivity)}`)
  }
  const labels = new Int32Array(mask.data.length)
  const parent = scan(mask, { labels, connectivity })
  return number(labels, parent)
}

/**
 * The mask of the largest component, 1 inside and 0 outside; of several as large, the first in memory order. A mask
 * without foreground stays empty.
 */
export function largestComponent(
  mask: Volume,
  options: { readonly connectivity?: Connectivity } = {},
): Volume<Uint8Array> {
  const { labels, sizes } = connectedComponents(mask, options)
  const data = new Uint8Array(labels.length)
  let best = 0
  for (let n = 1; n <= sizes.length; n++) if (best === 0 || sizes[n - 1] > sizes[best - 1]) best = n
  if (best > 0) for (let i = 0; i < labels.length; i++) data[i] = labels[i] === best ? 1 : 0
  return { ...mask, data }
}

interface Scan {
  readonly labels: Int32Array
  readonly connectivity: Connectivity
}

/** Writes provisional labels and returns the union-find forest over them (index 0 unused). */
function scan({ data, shape: [depth, height, width] }: Mask, { labels, connectivity }: Scan): number[] {
  const neighbours = earlierNeighbours(connectivity)
  const offsets = neighbours.map(([dz, dy, dx]) => (dz * height + dy) * width + dx)
  const parent = [0]
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (!(data[i] > 0 || data[i] < 0)) continue
        let label = 0
        for (let n = 0; n < offsets.length; n++) {
          const [dz, dy, dx] = neighbours[n]
          if (z + dz < 0 || y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue
          const other = labels[i + offsets[n]]
          if (other === 0) continue
          label = label === 0 ? find(parent, other) : unite(parent, label, other)
        }
        labels[i] = label === 0 ? parent.push(parent.length) - 1 : label
      }
    }
  }
  return parent
}

/** The neighbours that come earlier in memory: half of the neighbourhood. */
function earlierNeighbours(connectivity: Connectivity): Shape3[] {
  const reach = { 6: 1, 18: 2, 26: 3 }[connectivity]
  const steps = [-1, 0, 1]
  const all = steps.flatMap((dz) => steps.flatMap((dy) => steps.map((dx): Shape3 => [dz, dy, dx])))
  return all.filter(([dz, dy, dx]) => 9 * dz + 3 * dy + dx < 0 && Math.abs(dz) + Math.abs(dy) + Math.abs(dx) <= reach)
}

function find(parent: number[], label: number): number {
  let root = label
  while (parent[root] !== root) root = parent[root]
  for (let at = label; at !== root;) {
    const next = parent[at]
    parent[at] = root
    at = next
  }
  return root
}

/** Unites with the root `a`; the smaller label becomes the root. */
function unite(parent: number[], a: number, b: number): number {
  const other = find(parent, b)
  if (a < other) return (parent[other] = a)
  return (parent[a] = other)
}

/** Replaces provisional labels by consecutive numbers. */
function number(labels: Int32Array, parent: number[]): Components {
  // A root is the smallest label of its tree, so its number is known before any of its children comes.
  const numbers = new Int32Array(parent.length)
  let count = 0
  for (let label = 1; label < parent.length; label++) {
    const root = find(parent, label)
    numbers[label] = root === label ? ++count : numbers[root]
  }
  const sizes = new Array<number>(count).fill(0)
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue
    labels[i] = numbers[labels[i]]
    sizes[labels[i] - 1]++
  }
  return { labels, count, sizes }
}
