/**
 * One colour, dash and point shape per series name, in the order given; the legend is drawn once for all three.
 *
 * @module
 */
import { COLOURS, DASHES, SHAPES } from './theme.ts'

function cycled<T>(names: readonly string[], values: readonly T[]): T[] {
  return names.map((_, i) => values[i % values.length])
}

export function colourOf(names: readonly string[], title: string | null = null) {
  return {
    field: 'series',
    type: 'nominal' as const,
    title,
    scale: { domain: [...names], range: cycled(names, COLOURS) },
    legend: names.length > 1 ? { orient: 'top' as const, symbolStrokeWidth: 2.5, columns: 4 } : null,
  }
}

export function dashOf(names: readonly string[]) {
  const range = cycled(names, DASHES).map((dash) => [...dash])
  return { field: 'series', type: 'nominal' as const, scale: { domain: [...names], range }, legend: null }
}

export function shapeOf(names: readonly string[]) {
  const scale = { domain: [...names], range: cycled(names, SHAPES) }
  return { field: 'series', type: 'nominal' as const, scale, legend: null }
}
