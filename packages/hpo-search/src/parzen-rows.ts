/**
 * The kernels of a Parzen mixture as rows of typed arrays, in order of their keys.
 *
 * @module
 */
export interface ParzenRows {
  readonly size: number
  readonly keys: Int32Array
  /** Coordinate d of row r at [r * dims + d]; likewise widths and norms. */
  readonly means: Float64Array
  readonly widths: Float64Array
  readonly norms: Float64Array
  /** The row of a key, or the one it would get. */
  rowOf(key: number): number
  /** Adds a row with width 0 and norm 1, to be set. */
  insert(key: number, coordinates: Float64Array): void
  /** Takes a row out and returns its coordinates. */
  remove(key: number): Float64Array
}

/** No rows of `dims` coordinates. */
export function createParzenRows(dims: number): ParzenRows {
  const arrays = reserve(dims, 32)
  const rows = {
    size: 0,
    ...arrays,
    rowOf(key: number): number {
      let [low, high] = [0, rows.size]
      while (low < high) {
        const middle = (low + high) >> 1
        if (rows.keys[middle] < key) low = middle + 1
        else high = middle
      }
      return low
    },
    insert(key: number, coordinates: Float64Array): void {
      if (rows.size === rows.keys.length) Object.assign(rows, reserve(dims, 2 * rows.size, rows))
      const row = rows.rowOf(key)
      move(rows, { dims, from: row, by: 1 })
      rows.keys[row] = key
      rows.means.set(coordinates, row * dims)
      rows.widths.fill(0, row * dims, (row + 1) * dims)
      rows.norms.fill(1, row * dims, (row + 1) * dims)
    },
    remove(key: number): Float64Array {
      const row = rows.rowOf(key)
      const gone = rows.means.slice(row * dims, (row + 1) * dims)
      move(rows, { dims, from: row + 1, by: -1 })
      return gone
    },
  }
  return rows
}

interface Arrays {
  keys: Int32Array
  means: Float64Array
  widths: Float64Array
  norms: Float64Array
}

/** Arrays for so many rows, beginning with what the old ones hold. */
function reserve(dims: number, capacity: number, old?: Arrays): Arrays {
  const fresh: Arrays = {
    keys: new Int32Array(capacity),
    means: new Float64Array(capacity * dims),
    widths: new Float64Array(capacity * dims),
    norms: new Float64Array(capacity * dims),
  }
  if (old === undefined) return fresh
  fresh.keys.set(old.keys)
  for (const name of ['means', 'widths', 'norms'] as const) fresh[name].set(old[name])
  return fresh
}

/** Moves the rows from a place on up or down by one. */
function move(rows: Arrays & { size: number }, { dims, from, by }: { dims: number; from: number; by: 1 | -1 }): void {
  const { size, keys, means, widths, norms } = rows
  keys.copyWithin(from + by, from, size)
  for (const array of [means, widths, norms]) array.copyWithin((from + by) * dims, from * dims, size * dims)
  rows.size += by
}
