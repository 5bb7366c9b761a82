/**
 * Connected components of a mask in 3D: rows become runs of foreground, runs that touch runs of the rows before are
 * united by union-find (Rosenfeld and Pfaltz 1966; runs as in He, Chao and Suzuki 2008), the smallest run being the root,
 * then runs are numbered and written out.
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
  assertConnectivity(connectivity, 'connectedComponents')
  const runs = findRuns(mask)
  const parent = Int32Array.from({ length: runs.starts.length }, (_, run) => run)
  uniteRows(runs, parent, { shape: mask.shape, connectivity })
  return number(runs, parent, mask.shape)
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

/** Throws RangeError unless the connectivity is one in 3D. */
export function assertConnectivity(connectivity: number, name: string): void {
  if (connectivity === 6 || connectivity === 18 || connectivity === 26) return
  throw new RangeError(`${name}: expected connectivity 6, 18 or 26, got ${String(connectivity)}`)
}

/** Runs of foreground in memory order: columns [start, end) of a row; row r has the runs rows[r] to rows[r + 1] - 1. */
interface Runs {
  readonly starts: number[]
  readonly ends: number[]
  readonly rows: Int32Array
}

function findRuns({ data, shape: [depth, height, width] }: Mask): Runs {
  const starts: number[] = []
  const ends: number[] = []
  const rows = new Int32Array(depth * height + 1)
  for (let row = 0, first = 0; row < depth * height; row++, first += width) {
    rows[row] = starts.length
    for (let x = 0; x < width;) {
      while (x < width && !(data[first + x] > 0 || data[first + x] < 0)) x++
      if (x === width) break
      starts.push(x)
      while (x < width && (data[first + x] > 0 || data[first + x] < 0)) x++
      ends.push(x)
    }
  }
  rows[depth * height] = starts.length
  return { starts, ends, rows }
}

interface Neighbourhood {
  readonly shape: Shape3
  readonly connectivity: Connectivity
}

function uniteRows(runs: Runs, parent: Int32Array, { shape: [depth, height], connectivity }: Neighbourhood): void {
  // Rows before this one that it touches, [dz, dy], and by how many columns runs may miss each other there.
  const faces = connectivity === 6 ? 0 : 1
  const edges = connectivity === 26 ? 1 : 0
  const before = [
    { dz: 0, dy: -1, reach: faces },
    { dz: -1, dy: 0, reach: faces },
    ...(connectivity === 6 ? [] : [-1, 1].map((dy) => ({ dz: -1, dy, reach: edges }))),
  ]
  for (let z = 0, row = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, row++) {
      if (runs.rows[row] === runs.rows[row + 1]) continue
      for (const { dz, dy, reach } of before) {
        if (z + dz < 0 || y + dy < 0 || y + dy >= height) continue
        uniteTouching(runs, parent, { row, other: row + dz * height + dy, reach })
      }
    }
  }
}

/** Walks two rows side by side. */
function uniteTouching(
  { starts, ends, rows }: Runs,
  parent: Int32Array,
  { row, other, reach }: { readonly row: number; readonly other: number; readonly reach: number },
): void {
  let i = rows[row]
  let j = rows[other]
  while (i < rows[row + 1] && j < rows[other + 1]) {
    if (ends[i] + reach <= starts[j]) i++
    else if (ends[j] + reach <= starts[i]) j++
    else {
      unite(parent, i, j)
      if (ends[i] < ends[j]) i++
      else j++
    }
  }
}

function find(parent: Int32Array, run: number): number {
  let at = run
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]]
    at = parent[at]
  }
  return at
}

function unite(parent: Int32Array, a: number, b: number): void {
  const one = find(parent, a)
  const other = find(parent, b)
  if (one < other) parent[other] = one
  else parent[one] = other
}

/** Gives roots consecutive numbers and writes them into every voxel of their runs. */
function number({ starts, ends, rows }: Runs, parent: Int32Array, [depth, height, width]: Shape3): Components {
  const labels = new Int32Array(depth * height * width)
  const numbers = new Int32Array(parent.length)
  const sizes: number[] = []
  for (let row = 0; row < depth * height; row++) {
    for (let run = rows[row]; run < rows[row + 1]; run++) {
      // A root is the first run of its tree, so it has its number before any other run of the tree comes.
      const root = find(parent, run)
      numbers[run] = root === run ? sizes.push(0) : numbers[root]
      sizes[numbers[run] - 1] += ends[run] - starts[run]
      labels.fill(numbers[run], row * width + starts[run], row * width + ends[run])
    }
  }
  return { labels, count: sizes.length, sizes }
}
