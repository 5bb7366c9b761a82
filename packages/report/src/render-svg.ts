/**
 * Vega-Lite specification → SVG text, without a browser or a canvas.
 *
 * Vega numbers gradients and clip paths with a counter of the process, so two drawings of one figure would differ and
 * two figures of one page could share an id. Ids are renamed here by their order of appearance.
 *
 * @module
 */
import { parse, View, None } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { VegaLiteSpec } from './figure.ts'

export interface RenderSvgOptions {
  /** Prefix of every id in the SVG; must be unique in a page. Default `'figure'`. */
  readonly id?: string
  /** Called with each warning of Vega-Lite; by default warnings are dropped. */
  readonly onWarning?: (message: string) => void
}

/**
 * Draws a specification as a standalone `<svg>` element on a transparent ground. The same specification and id give
 * the same text.
 *
 * @throws TypeError when the specification cannot be compiled or drawn; `cause` is what Vega said
 */
export async function renderSvg(spec: VegaLiteSpec, options: RenderSvgOptions = {}): Promise<string> {
  const { id = 'figure', onWarning = () => {} } = options
  try {
    return withIds(await draw(spec, onWarning), id)
  } catch (cause) {
    const start = JSON.stringify(spec).slice(0, 120)
    throw new TypeError(`renderSvg: expected a Vega-Lite 6 specification, got ${start}`, { cause })
  }
}

async function draw(spec: VegaLiteSpec, onWarning: (message: string) => void): Promise<string> {
  const { spec: vegaSpec } = compile(spec as unknown as TopLevelSpec, { logger: loggerOf(onWarning) })
  const view = new View(parse(vegaSpec), { renderer: 'none', logLevel: None })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

function loggerOf(onWarning: (message: string) => void) {
  const logger = {
    level: () => logger,
    error: () => logger,
    warn: (...messages: readonly unknown[]) => {
      onWarning(messages.join(' '))
      return logger
    },
    info: () => logger,
    debug: () => logger,
  }
  // Vega-Lite's type lets `level` be called without an argument and give a number; nothing here calls it so.
  return logger as unknown as NonNullable<NonNullable<Parameters<typeof compile>[1]>['logger']>
}

function withIds(svg: string, prefix: string): string {
  const names = new Map<string, string>()
  for (const [, id] of svg.matchAll(/ id="([^"]+)"/g)) names.set(id, `${prefix}-${names.size + 1}`)
  return svg
    .replaceAll(/ id="([^"]+)"/g, (_, id: string) => ` id="${names.get(id) ?? id}"`)
    .replaceAll(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${names.get(id) ?? id})`)
}
