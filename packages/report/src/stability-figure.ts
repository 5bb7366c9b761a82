/**
 * How well sets repeat: a small matrix of overlaps as a heat map with its numbers.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber, MISSING } from './format.ts'
import { INK } from './theme.ts'

export interface Stability {
  /** One name a row and column, such as `seed 0`. */
  readonly names: readonly string[]
  /** `names.length²` overlaps, row after row; NaN where two sets cannot be compared. */
  readonly overlap: ArrayLike<number>
}

export interface StabilityOptions {
  readonly title?: string
  readonly caption?: string
  readonly measure?: string
}

const MOST_NUMBERS = 12

/** @throws RangeError when the matrix does not have one value for each pair of names */
export function stabilityFigure({ names, overlap }: Stability, options: StabilityOptions = {}): Figure {
  const { title = 'Stability.', caption = '', measure = 'Jaccard index' } = options
  const size = names.length
  if (overlap.length !== size * size) {
    throw new RangeError(`stabilityFigure: expected ${size * size} values for ${size} names, got ${overlap.length}`)
  }
  const values = names.flatMap((row, i) =>
    names.flatMap((column, j) => (i === j ? [] : [{ row, column, value: overlap[i * size + j] }])),
  )
  const known = values.map(({ value }) => value).filter(Number.isFinite)
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  const words = {
    title,
    caption,
    alt: `${measure} of ${size} sets, on average ${known.length > 0 ? formatNumber(mean, { decimals: 2 }) : MISSING} between two of them.`,
    width: 'narrow' as const,
  }
  if (known.length === 0) return emptyFigure(words)
  return figureOf({ width: 330, height: 330, data: { values }, layer: layersOf(names, measure) }, words)
}

function layersOf(names: readonly string[], measure: string) {
  const place = (field: 'row' | 'column') => ({
    field,
    type: 'nominal' as const,
    title: null,
    scale: { domain: [...names], paddingInner: 0.04 },
    axis: {
      domain: false,
      ticks: false,
      grid: false,
      labelLimit: 110,
      ...(field === 'column' ? { labelAngle: -40 } : {}),
    },
  })
  const position = { x: place('column'), y: place('row') }
  const cells = {
    mark: { type: 'rect' as const },
    encoding: {
      ...position,
      color: {
        field: 'value',
        type: 'quantitative' as const,
        title: measure,
        scale: { scheme: 'viridis' as const, domain: [0, 1] },
        legend: { orient: 'bottom' as const, gradientLength: 330, gradientThickness: 9, tickCount: 5, offset: 12 },
      },
    },
  }
  if (names.length > MOST_NUMBERS) return [cells]
  const numbers = {
    transform: [{ filter: 'isValid(datum.value)' }],
    mark: { type: 'text' as const, fontSize: names.length > 8 ? 9 : 11 },
    encoding: {
      ...position,
      text: { field: 'value', type: 'quantitative' as const, format: '.2f' },
      // Viridis is dark below one half and light above it.
      color: { condition: { test: 'datum.value > 0.55', value: INK.text.light }, value: '#ffffff' },
    },
  }
  return [cells, numbers]
}
