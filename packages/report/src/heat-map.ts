/**
 * A matrix as a picture, one pixel a value, in the colours that Vega gives the `viridis` scheme.
 *
 * @module
 */
import { scheme } from 'vega'
import { pngUri } from './png-uri.ts'

export interface HeatMap {
  readonly width: number
  readonly height: number
  /** Value at a column and row; NaN is transparent. */
  readonly valueAt: (column: number, row: number) => number
  readonly domain: readonly [low: number, high: number]
}

export function heatMapUri({ width, height, valueAt, domain: [low, high] }: HeatMap): string {
  const colours = viridis()
  const data = new Uint8Array(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    const value = valueAt(i % width, Math.floor(i / width))
    if (Number.isNaN(value)) continue
    const place = high > low ? (value - low) / (high - low) : 0
    data.set(colours[Math.round(255 * Math.min(1, Math.max(0, place)))], 4 * i)
  }
  return pngUri({ width, height, data, channels: 4 })
}

function viridis(): number[][] {
  const colourAt = scheme('viridis') as (place: number) => string
  return Array.from({ length: 256 }, (_, i) => parseColour(colourAt(i / 255)))
}

/** `#rrggbb` or `rgb(r, g, b)` as four bytes. */
function parseColour(text: string): number[] {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)
  if (hex) return [...Buffer.from(hex[1], 'hex'), 255]
  return [...(text.match(/\d+/g) ?? []).slice(0, 3).map(Number), 255]
}
