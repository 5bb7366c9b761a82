/**
 * A figure is a Vega-Lite specification with the words that belong to it.
 *
 * The specification is plain JSON: it can be kept beside the numbers, edited in any Vega-Lite editor and drawn again.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite'
import { CONFIG, INK } from './theme.ts'

/** A Vega-Lite 6 specification. */
export type VegaLiteSpec = Readonly<Record<string, unknown>>

export interface Figure {
  readonly kind: 'figure'
  /** Bold first words of the caption. */
  readonly title: string
  /** What the figure shows, as sentences; may be empty. */
  readonly caption: string
  /** The same for a reader who cannot see it, with the main numbers. */
  readonly alt: string
  /** A wide figure takes the width of the page, a narrow one half of it. */
  readonly width: 'wide' | 'narrow'
  readonly spec: VegaLiteSpec
}

export type FigureWords = Pick<Figure, 'title' | 'caption' | 'alt' | 'width'>

/** Puts words and a typed specification together; adds the schema and the house configuration. */
export function figureOf(spec: TopLevelSpec, words: FigureWords): Figure {
  const whole = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config: CONFIG, ...spec }
  return { kind: 'figure', ...words, spec: whole as unknown as VegaLiteSpec }
}

/** A figure that says that there is nothing to draw, so that a report of a run without results is still whole. */
export function emptyFigure(words: FigureWords): Figure {
  const spec: TopLevelSpec = {
    width: 240,
    height: 60,
    data: { values: [{ text: 'no values to draw' }] },
    mark: { type: 'text', color: INK.soft.light, fontSize: 13 },
    encoding: { text: { field: 'text', type: 'nominal' } },
  }
  return figureOf(spec, words)
}
