/**
 * Similarity of every pair of volumes as a heat map, most typical volumes first, chosen volumes marked.
 *
 * The order is by mean similarity to the others, so typical volumes gather at the top left and outliers at the bottom
 * right. The diagonal (a volume with itself) would take the whole colour range and is left blank. Up to 48 volumes
 * are drawn as one rectangle a pair; more become one picture, as an SVG of 260² rectangles would have megabytes.
 *
 * @module
 */
import { emptyFigure, figureOf, type Figure } from './figure.ts'
import { formatNumber } from './format.ts'
import { heatMapUri } from './heat-map.ts'
import { byMeanSimilarity, offDiagonalRange, type SimilarityMatrix } from './similarity-order.ts'
import { COLOURS } from './theme.ts'

export interface Similarity extends SimilarityMatrix {
  readonly names?: readonly string[]
  /** Indices of the chosen volumes. */
  readonly chosen?: readonly number[]
}

export interface SimilarityOptions {
  /** `'mean'` (default) puts the most typical first; `'given'` keeps the order of the matrix. */
  readonly order?: 'mean' | 'given'
  /** What was measured, for the caption and the legend. */
  readonly measure?: string
}

type Drawing = {
  readonly similarity: SimilarityMatrix
  readonly ranked: readonly number[]
  readonly labels: readonly string[]
  readonly domain: readonly [number, number]
  readonly measure: string
}

const MOST_RECTANGLES = 48
const MOST_LABELS = 40
const SIDE = 330

/** @throws RangeError when the matrix does not have `size * size` values, or a name or chosen index does not fit */
export function similarityFigure(similarity: Similarity, options: SimilarityOptions = {}): Figure {
  const { order = 'mean', measure = 'similarity' } = options
  const { size, chosen = [], names = Array.from({ length: size }, (_, i) => String(i)) } = similarity
  checkSizes({ ...similarity, chosen, names })
  const ranked = order === 'mean' ? byMeanSimilarity(similarity) : names.map((_, i) => i)
  const domain = offDiagonalRange(similarity)
  const words = {
    title: 'Similarity of volumes.',
    caption: `Each cell is the ${measure} of a pair${order === 'mean' ? ', most typical volume first' : ''}. Triangles mark the ${chosen.length} chosen of ${size}.`,
    alt: `Heat map of the ${measure} of ${size} volumes, from ${formatNumber(domain[0])} to ${formatNumber(domain[1])}. Chosen: ${chosen.map((i) => names[i]).join(', ') || 'none'}.`,
    width: 'narrow' as const,
  }
  if (size === 0) return emptyFigure(words)
  const drawing = { similarity, ranked, labels: shortLabels(ranked.map((i) => names[i])), domain, measure }
  const cells = size > MOST_RECTANGLES ? pictureLayers(drawing) : [rectangleLayer(drawing)]
  return figureOf({ width: SIDE, height: SIDE, layer: [...cells, ...chosenLayers(drawing, chosen)] }, words)
}

function checkSizes({ matrix, size, names, chosen }: Required<Similarity>): void {
  if (matrix.length !== size * size) {
    throw new RangeError(`similarityFigure: expected ${size * size} values for size ${size}, got ${matrix.length}`)
  }
  if (names.length !== size) throw new RangeError(`similarityFigure: expected ${size} names, got ${names.length}`)
  const stray = chosen.find((i) => !Number.isInteger(i) || i < 0 || i >= size)
  if (stray !== undefined) throw new RangeError(`similarityFigure: expected chosen indices below ${size}, got ${stray}`)
}

/** Labels without the prefix that all share; numbered if two are alike, as each is a place of its own. */
function shortLabels(labels: readonly string[]): string[] {
  const prefix = labels.length > 2 ? sharedPrefix(labels) : ''
  const short = labels.map((label) => label.slice(prefix.length))
  return new Set(short).size === short.length ? short : short.map((label, i) => `${label} (${i + 1})`)
}

/** What all labels start with, up to the last separator: `case_01` and `case_02` share `case_`, not `case_0`. */
function sharedPrefix([first, ...others]: readonly string[]): string {
  let length = first.length
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--
  return /^.*[_\-./ ]/.exec(first.slice(0, length))?.[0] ?? ''
}

function place(field: 'row' | 'column', { labels }: Drawing) {
  const axis = {
    title: null,
    domain: false,
    ticks: false,
    // The matrix is symmetric: the names of the rows are those of the columns.
    labels: field === 'row' && labels.length <= MOST_LABELS,
    labelFontSize: labels.length > 28 ? 8 : 10,
    labelLimit: 80,
  }
  return { field, type: 'nominal' as const, scale: { domain: [...labels], paddingInner: 0 }, axis }
}

function colour({ domain, measure }: Drawing) {
  return {
    field: 'value',
    type: 'quantitative' as const,
    title: measure,
    scale: { scheme: 'viridis' as const, domain: [...domain] },
    legend: {
      orient: 'bottom' as const,
      direction: 'horizontal' as const,
      gradientLength: SIDE,
      gradientThickness: 9,
      offset: 12,
      tickCount: 5,
      titleLimit: SIDE,
    },
  }
}

function rectangleLayer(drawing: Drawing) {
  const { similarity, ranked, labels } = drawing
  const { matrix, size } = similarity
  const values = ranked.flatMap((i, row) =>
    ranked.flatMap((j, column) => {
      const value = matrix[i * size + j]
      return i === j || !Number.isFinite(value) ? [] : [{ row: labels[row], column: labels[column], value }]
    }),
  )
  const encoding = { x: place('column', drawing), y: place('row', drawing), color: colour(drawing) }
  return { data: { values }, mark: { type: 'rect' as const }, encoding }
}

/** One picture for the cells; two invisible cells carry the axes and the colour legend. */
function pictureLayers(drawing: Drawing) {
  const { similarity, ranked, labels, domain } = drawing
  const { matrix, size } = similarity
  const valueAt = (column: number, row: number) => (row === column ? NaN : matrix[ranked[row] * size + ranked[column]])
  const url = heatMapUri({ width: size, height: size, valueAt, domain })
  const legend = {
    data: { values: domain.map((value, i) => ({ row: labels[i], column: labels[i], value })) },
    mark: { type: 'rect' as const, opacity: 0 },
    encoding: { x: place('column', drawing), y: place('row', drawing), color: colour(drawing) },
  }
  const picture = {
    data: { values: [{ url }] },
    mark: {
      type: 'image' as const,
      width: SIDE,
      height: SIDE,
      aspect: false,
      align: 'left' as const,
      baseline: 'top' as const,
    },
    encoding: { url: { field: 'url', type: 'nominal' as const }, x: { value: 0 }, y: { value: 0 } },
  }
  return [legend, picture]
}

function chosenLayers(drawing: Drawing, chosen: readonly number[]) {
  const values = chosen.map((i) => ({ row: drawing.labels[drawing.ranked.indexOf(i)] }))
  const triangles = { type: 'point' as const, filled: true, size: 46, opacity: 1, color: COLOURS[1] }
  const across = { ...place('row', drawing), field: 'row' }
  const along = { ...place('column', drawing), field: 'row' }
  return [
    {
      data: { values },
      mark: { ...triangles, shape: 'triangle-left' as const },
      encoding: { x: { value: SIDE + 9 }, y: across },
    },
    {
      data: { values },
      mark: { ...triangles, shape: 'triangle-down' as const },
      encoding: { x: along, y: { value: -9 } },
    },
  ]
}
