/**
 * A small sparse matrix that acts along one axis of a tensor: resizing, average pooling, and by transposition their
 * gradients. Rows are targets, columns are sources.
 *
 * @module
 */

/** Compressed rows: entries start[i] to start[i + 1] of `column` and `weight` belong to row i. */
export interface SparseRows {
  readonly rows: number
  readonly columns: number
  readonly start: Int32Array
  readonly column: Int32Array
  readonly weight: Float32Array
}

/** One entry of a row. */
export type Entry = readonly [column: number, weight: number]

/** A matrix of `columns` columns whose row i holds `entries[i]`; entries of weight zero are left out. */
export function sparseRows(entries: readonly (readonly Entry[])[], columns: number): SparseRows {
  const kept = entries.map((row) => row.filter(([, weight]) => weight !== 0))
  const start = new Int32Array(kept.length + 1)
  kept.forEach((row, index) => {
    start[index + 1] = start[index] + row.length
  })
  const flat = kept.flat()
  return {
    rows: kept.length,
    columns,
    start,
    column: Int32Array.from(flat, ([column]) => column),
    weight: Float32Array.from(flat, ([, weight]) => weight),
  }
}

/** The transposed matrix. */
export function transposeRows(matrix: SparseRows): SparseRows {
  const entries = Array.from({ length: matrix.columns }, (): Entry[] => [])
  for (let row = 0; row < matrix.rows; row++) {
    for (let index = matrix.start[row]; index < matrix.start[row + 1]; index++)
      entries[matrix.column[index]].push([row, matrix.weight[index]])
  }
  return sparseRows(entries, matrix.rows)
}

/** The matrix written out, row major. */
export function denseRows(matrix: SparseRows): Float32Array {
  const dense = new Float32Array(matrix.rows * matrix.columns)
  for (let row = 0; row < matrix.rows; row++) {
    for (let index = matrix.start[row]; index < matrix.start[row + 1]; index++)
      dense[row * matrix.columns + matrix.column[index]] += matrix.weight[index]
  }
  return dense
}

/** Linear interpolation from `source` to `target` places, half-pixel centres, clamped at the ends. */
export function linearRows(source: number, target: number): SparseRows {
  const entries = Array.from({ length: target }, (_, index): Entry[] => {
    const position = Math.min(Math.max(((index + 0.5) * source) / target - 0.5, 0), source - 1)
    const low = Math.floor(position)
    return [
      [low, 1 - (position - low)],
      [Math.min(low + 1, source - 1), position - low],
    ]
  })
  return sparseRows(entries, source)
}

/** Nearest neighbour from `source` to `target` places: place floor((i + 0.5) * source / target). */
export function nearestRows(source: number, target: number): SparseRows {
  const entries = Array.from({ length: target }, (_, index): Entry[] => [
    [Math.min(Math.floor(((index + 0.5) * source) / target), source - 1), 1],
  ])
  return sparseRows(entries, source)
}

/** Means of windows of `size` that do not overlap; the border is split as padding 'same' does, and does not count. */
export function averageRows(source: number, size: number): SparseRows {
  const target = Math.ceil(source / size)
  const before = Math.floor((target * size - source) / 2)
  const entries = Array.from({ length: target }, (_, index): Entry[] => {
    const first = Math.max(0, index * size - before)
    const end = Math.min(source, (index + 1) * size - before)
    return Array.from({ length: end - first }, (_item, offset): Entry => [first + offset, 1 / (end - first)])
  })
  return sparseRows(entries, source)
}
