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

/** Most kernels are far away on other axes and never asked for, so a mass is computed when it first is. */
function gridTable(axis: Axis, { rows, asked, place: { dim, dims } }: Question): CellTable {
  const { classes, means, widths } = kernelClasses(rows, { dim, dims })
  const values = Float64Array.from({ length: asked.count }, (_, setting) => asked.internal[setting * dims + dim])
  const different = [...new Set(values)]
  const slots = Int32Array.from(values, (value) => different.indexOf(value) * means.length)
  const cells = different.map((value) => axis.cell(value))
  const masses = new Float64Array(different.length * means.length).fill(UNKNOWN)

  function massOf(slot: number, number: number): number {
    const known = masses[slot + number]
    if (known !== UNKNOWN) return known
    const [from, to] = cells[slot / means.length]
    const [mean, width] = [means[number], widths[number]]
    return (masses[slot + number] = normalMass((from - mean) / width, (to - mean) / width))
  }
  return {
    factor: (row, setting) => massOf(slots[setting], classes[row]),
    // The prior kernel is the last pair.
    priorFactor: (setting) => massOf(slots[setting], means.length - 1),
  }
}

/** A mass not yet computed. */
const UNKNOWN = -1

/** Numbers the pairs of mean and width that occur among the kernels of an axis. */
function kernelClasses(rows: Rows, { dim, dims }: { dim: number; dims: number }) {
  const [means, widths]: [number[], number[]] = [[], []]
  const known = new Map<number, Map<number, number>>()
  const classes = new Int32Array(rows.size)
  for (let row = 0; row < rows.size; row++) {
    const [mean, width] = [rows.means[row * dims + dim], rows.widths[row * dims + dim]]
    let byWidth = known.get(mean)
    if (byWidth === undefined) known.set(mean, (byWidth = new Map()))
    let number = byWidth.get(width)
    if (number === undefined) {
      byWidth.set(width, (number = means.length))
      means.push(mean)
      widths.push(width)
    }
    classes[row] = number
  }
  return { classes, means: Float64Array.from([...means, 0.5]), widths: Float64Array.from([...widths, 1]) }
}
