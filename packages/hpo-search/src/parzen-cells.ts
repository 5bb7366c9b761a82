/**
 * Factors of a Parzen mixture that are not an exponential of a square: grids, whose kernels are integrated over cells, and
 * choices.
 *
 * Kernels on a grid share few means and widths, so a cell's mass is computed once for each pair that occurs and looked up
 * from then on.
 *
 * @module
 */
import { normalMass } from './normal.ts'
import { type Axis } from './parzen-kernels.ts'

/** One axis at each setting asked for. */
export interface CellTable {
  /** The factor of a row's kernel at a setting. */
  factor(row: number, setting: number): number
  /** That of the prior kernel, without its height. */
  priorFactor(setting: number): number
}

interface Rows {
  readonly means: Float64Array
  readonly widths: Float64Array
  readonly size: number
}

interface Asked {
  readonly internal: Float64Array
  readonly count: number
}

/** The tables of all axes that are no real intervals. */
export function cellTables(axes: readonly Axis[], { rows, asked }: { rows: Rows; asked: Asked }): CellTable[] {
  return axes.flatMap((axis, dim) => {
    if (axis.kind === 'real') return []
    const question = { rows, asked, place: { dim, dims: axes.length } }
    return [axis.kind === 'choice' ? choiceTable(axis, question) : gridTable(axis, question)]
  })
}

interface Question {
  readonly rows: Rows
  readonly asked: Asked
  readonly place: { readonly dim: number; readonly dims: number }
}

function choiceTable(axis: Axis, { rows, asked, place: { dim, dims } }: Question): CellTable {
  const { means, size } = rows
  // Every kernel has one pseudo-count over the number of kernels on each choice, and 1 on its own.
  const pseudo = 1 / (size + 1)
  const total = axis.choices * pseudo + 1
  const [miss, hit] = [pseudo / total, (pseudo + 1) / total]
  return {
    factor: (row, setting) => (means[row * dims + dim] === asked.internal[setting * dims + dim] ? hit : miss),
    priorFactor: () => 1,
  }
}

function gridTable(axis: Axis, { rows, asked, place: { dim, dims } }: Question): CellTable {
  const { classes, pairs } = kernelClasses(rows, { dim, dims })
  const byValue = new Map<number, Float64Array>()
  const tables = Array.from({ length: asked.count }, (_, setting) => {
    const value = asked.internal[setting * dims + dim]
    const known = byValue.get(value)
    if (known !== undefined) return known
    const [from, to] = axis.cell(value)
    const table = Float64Array.from(pairs, ({ mean, width }) => normalMass((from - mean) / width, (to - mean) / width))
    byValue.set(value, table)
    return table
  })
  return {
    factor: (row, setting) => tables[setting][classes[row]],
    // The prior kernel is the last pair.
    priorFactor: (setting) => tables[setting][pairs.length - 1],
  }
}

/** Numbers the pairs of mean and width that occur among the kernels of an axis. */
function kernelClasses({ means, widths, size }: Rows, { dim, dims }: { dim: number; dims: number }) {
  const pairs: { mean: number; width: number }[] = []
  const known = new Map<number, Map<number, number>>()
  const classes = new Int32Array(size)
  for (let row = 0; row < size; row++) {
    const [mean, width] = [means[row * dims + dim], widths[row * dims + dim]]
    let byWidth = known.get(mean)
    if (byWidth === undefined) known.set(mean, (byWidth = new Map()))
    let number = byWidth.get(width)
    if (number === undefined) {
      byWidth.set(width, (number = pairs.length))
      pairs.push({ mean, width })
    }
    classes[row] = number
  }
  return { classes, pairs: [...pairs, { mean: 0.5, width: 1 }] }
}
