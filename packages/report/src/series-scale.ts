/**
 * One colour, dash and point shape per series name, in the order given.
 *
 * Lines get one legend of coloured, dashed strokes; figures of points alone get one of coloured shapes.
 *
 * @module
 */
import { COLOURS, DASHES, SHAPES } from './theme.ts'

function cycled<T>(names: readonly string[], values: readonly T[]): { domain: string[]; range: T[] } {
  return { domain: [...names], range: names.map((_, i) => values[i % values.length]) }
}

const series = { field: 'series', type: 'nominal' as const, title: null }

function legendOf(names: readonly string[], look: object) {
  const shared = { orient: 'top' as const, direction: 'horizontal' as const, symbolOpacity: 1, columnPadding: 18 }
  return names.length > 1 ? { ...shared, ...look } : null
}

/** Encodings of a line layer, with the legend. */
export function lineSeries(names: readonly string[]) {
  const legend = legendOf(names, { symbolType: 'stroke', symbolStrokeWidth: 2.5, symbolSize: 420, columns: 4 })
  const dashes = cycled(
    names,
    DASHES.map((dash) => [...dash]),
  )
  return {
    color: { ...series, scale: cycled(names, COLOURS), legend },
    strokeDash: { ...series, scale: dashes, legend },
  }
}

/** Encodings of a point layer that stands alone, with the legend. */
export function pointSeries(names: readonly string[]) {
  const legend = legendOf(names, { columns: 2 })
  return {
    color: { ...series, scale: cycled(names, COLOURS), legend },
    shape: { ...series, scale: cycled(names, SHAPES), legend },
  }
}

/** Encodings of points over lines, which have the legend; needs a colour scale of its own (`resolve`). */
export function pointsOverLines(names: readonly string[]) {
  return {
    color: { ...series, scale: cycled(names, COLOURS), legend: null },
    shape: { ...series, scale: cycled(names, SHAPES), legend: null },
  }
}
