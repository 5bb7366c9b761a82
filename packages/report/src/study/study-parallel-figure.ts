/**
 * Parallel coordinates: each trial as a line through its parameters, dark where it is good.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite'
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { formatNumber } from '../format.ts'
import { INK } from '../theme.ts'
import { goodnessColour, thinned } from './study-encodings.ts'
import type { StudyAxis, StudyObjective, StudyParallel } from './study-values.ts'

/** Axes keep their order; a line is broken where its trial has no such parameter. */
export function studyParallelFigure({
  name,
  direction,
  parallel,
}: Pick<StudyObjective, 'name' | 'direction' | 'parallel'>): Figure {
  const { axes, lines } = parallel
  const { kept, note } = thinned(lines, 400)
  const words = {
    title: `Settings and ${name}.`,
    caption: `Each line is a completed trial; darker is better. The ends of each axis are named.${note}`,
    alt: `${lines.length} trials through ${axes.map((axis) => axis.name).join(', ')}.`,
    width: 'wide' as const,
  }
  if (axes.length === 0 || kept.length === 0) return emptyFigure(words)
  return figureOf(specOf({ axes, lines: kept }, { name, direction }) as unknown as TopLevelSpec, words)
}

type Look = Pick<StudyObjective, 'name' | 'direction'>

function specOf({ axes, lines }: StudyParallel, { name, direction }: Look) {
  const x = {
    field: 'parameter',
    type: 'nominal' as const,
    title: null,
    sort: axes.map((axis) => axis.name),
    // Lines run from axis to axis, not from the middle of one band to that of the next.
    scale: { type: 'point' as const, padding: 0.15, domain: axes.map((axis) => axis.name) },
    axis: {
      labelAngle: 0,
      orient: 'top' as const,
      domain: false,
      ticks: false,
      labelFontWeight: 500,
      labelPadding: 18,
    },
  }
  const y = { field: 'position', type: 'quantitative' as const, scale: { domain: [0, 1] }, axis: null }
  return {
    width: 760,
    height: 260,
    layer: [
      {
        data: { values: axes.map((axis) => ({ parameter: axis.name, position: 0, end: 1 })) },
        mark: { type: 'rule' as const, color: INK.line.light },
        encoding: { x, y, y2: { field: 'end' } },
      },
      {
        data: { values: pointsOf({ axes, lines }) },
        mark: { type: 'line' as const, strokeWidth: 1.3, opacity: 0.55 },
        encoding: {
          x,
          y,
          detail: { field: 'number', type: 'nominal' as const },
          color: goodnessColour('value', { title: name, direction }),
        },
      },
      endLabels(axes, { x, y }),
    ],
  }
}

function pointsOf({ axes, lines }: StudyParallel) {
  return lines.flatMap(({ number, value, positions }) =>
    positions.map((position, index) => ({ number, value, parameter: axes[index].name, position })),
  )
}

function endLabels(axes: readonly StudyAxis[], encoding: object) {
  const values = axes.flatMap((axis) =>
    [0, 1].map((position) => ({ parameter: axis.name, position, text: endOf(axis, position), side: position })),
  )
  const label = (position: number) => ({
    transform: [{ filter: `datum.side === ${position}` }],
    mark: { type: 'text' as const, dy: position === 0 ? 12 : -9, color: INK.soft.light, fontSize: 10.5 },
    encoding: { ...encoding, text: { field: 'text', type: 'nominal' as const } },
  })
  return { data: { values }, layer: [label(0), label(1)] }
}

/** The first or last value of an axis; those of a grid lie half a step inside its ends. */
function endOf({ kind, choices, low, high, step }: StudyAxis, position: number): string {
  if (kind === 'choice') return choices[position === 0 ? 0 : choices.length - 1]
  const half = (step ?? 0) / 2
  // Half a step taken off again leaves the noise of binary fractions.
  return formatNumber(Number((position === 0 ? low + half : high - half).toPrecision(12)))
}
