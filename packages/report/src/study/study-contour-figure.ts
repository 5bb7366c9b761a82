/**
 * Pairs of parameters: the value as a surface with the trials on it, and the rank of each trial.
 *
 * The surface is drawn as cells; between trials it is a guess of whoever made the values.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite'
import { emptyFigure, figureOf, type Figure } from '../figure.ts'
import { goodnessColour, parameterAxis, thinned } from './study-encodings.ts'
import type { StudyAxis, StudyContour, StudyObjective } from './study-values.ts'

type Pairs = Pick<StudyObjective, 'name' | 'direction' | 'contours'>

/** One panel a pair: cells of the surface, trials as points. */
export function studyContourFigure({ name, direction, contours }: Pairs): Figure {
  const words = {
    title: `${name} over pairs of parameters.`,
    caption: 'Points are completed trials; the colour between them is their inverse-distance mean, darker is better.',
    alt: `${name} over ${pairNames(contours)}.`,
    width: 'wide' as const,
  }
  return panelsFigure(contours, words, (pair) => [
    {
      data: { values: cellsOf(pair) },
      mark: { type: 'rect' as const, strokeWidth: 0 },
      encoding: {
        ...cellEncoding('x', pair.x),
        ...cellEncoding('y', pair.y),
        color: goodnessColour('value', { title: name, direction }),
      },
    },
    {
      data: { values: thinned(pair.points, 800).kept.map(({ x, y }) => ({ x, y })) },
      mark: { type: 'point' as const, filled: true, size: 18, color: '#fefefe', stroke: '#1d2025', strokeWidth: 0.6 },
      encoding: pointEncoding(pair),
    },
  ])
}

/** One panel a pair: trials coloured by their rank. */
export function studyRankFigure({ name, contours }: Pairs): Figure {
  const words = {
    title: `Ranks of ${name}.`,
    caption: 'Completed trials by their rank among all, darker is better; unlike values, ranks show no outliers.',
    alt: `Ranks of ${name} over ${pairNames(contours)}.`,
    width: 'wide' as const,
  }
  return panelsFigure(contours, words, (pair) => [
    {
      data: { values: thinned(pair.points, 800).kept.map(({ x, y, rank }) => ({ x, y, rank })) },
      mark: { type: 'point' as const, filled: true, size: 36, opacity: 0.85 },
      encoding: { ...pointEncoding(pair), color: goodnessColour('rank', { title: 'rank', direction: 'minimize' }) },
    },
  ])
}

function panelsFigure(
  contours: readonly StudyContour[],
  words: Parameters<typeof emptyFigure>[0],
  layersOf: (pair: StudyContour) => readonly object[],
): Figure {
  const shown = contours.filter(({ points }) => points.length > 0)
  if (shown.length === 0) return emptyFigure(words)
  const concat = shown.map((pair) => ({ width: 205, height: 190, layer: layersOf(pair) }))
  const spec = { columns: 3, spacing: { row: 24, column: 24 }, resolve: { scale: { color: 'shared' } }, concat }
  return figureOf(spec as unknown as TopLevelSpec, words)
}

function pairNames(contours: readonly StudyContour[]): string {
  return contours.map(({ x, y }) => `${x.name} and ${y.name}`).join('; ')
}

function pointEncoding({ x, y }: StudyContour) {
  return { x: parameterAxis('x', x), y: parameterAxis('y', y) }
}

/** Both ends of a cell along a range; the choice itself. */
function cellEncoding(side: 'x' | 'y', axis: StudyAxis) {
  const from = parameterAxis(`${side}0`, axis)
  return axis.kind === 'choice' ? { [side]: from } : { [side]: from, [`${side}2`]: { field: `${side}1` } }
}

function cellsOf({ x, y, surface }: StudyContour): Record<string, number | string>[] {
  const { columns, rows, values } = surface
  return values.map((value, cell) => ({
    ...edgesOf('x', { axis: x, index: cell % columns, count: columns }),
    ...edgesOf('y', { axis: y, index: Math.floor(cell / columns), count: rows }),
    value,
  }))
}

/** Cells that only touch show the ground between them, so each reaches a little under the next. */
const overlap = 0.1

function edgesOf(side: 'x' | 'y', { axis, index, count }: { axis: StudyAxis; index: number; count: number }) {
  if (axis.kind === 'choice') return { [`${side}0`]: axis.choices[index] }
  return {
    [`${side}0`]: placeOn(axis, index / count),
    [`${side}1`]: placeOn(axis, Math.min(1, (index + 1 + overlap) / count)),
  }
}

function placeOn({ low, high, log }: StudyAxis, position: number): number {
  return log ? low * (high / low) ** position : low + position * (high - low)
}
