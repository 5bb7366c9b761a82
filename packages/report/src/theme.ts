/**
 * Colours and type shared by figures, galleries and the page.
 *
 * The series colours are those of Okabe and Ito ("Color Universal Design", 2008), which stay apart under the common
 * colour blindnesses, in an order that keeps neighbours far apart; series also differ in dash and point shape. Figures
 * are drawn in light colours; the page recolours them in the dark by CSS (`style.ts`), so an SVG alone is light.
 *
 * @module
 */

/** Series colours on white, with the lighter twin that the page shows on a dark ground. */
export const SERIES = [
  { light: '#0072b2', dark: '#5cb3e8' },
  { light: '#d55e00', dark: '#f08a3c' },
  { light: '#009e73', dark: '#35c79b' },
  { light: '#cc79a7', dark: '#e39cc3' },
  { light: '#7a5cc7', dark: '#a88df0' },
  { light: '#b08900', dark: '#e0b93a' },
] as const

/** Inks of figures: text, weaker text, axis lines, grid lines, ground. */
export const INK = {
  text: { light: '#1d2025', dark: '#e7e9ec' },
  soft: { light: '#5b626d', dark: '#a3abb6' },
  line: { light: '#9aa1ab', dark: '#6b7480' },
  grid: { light: '#e6e8ec', dark: '#31363d' },
  ground: { light: '#fefefe', dark: '#16191d' },
} as const

export const COLOURS: readonly string[] = SERIES.map(({ light }) => light)
export const DASHES = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 4],
  [10, 4],
] as const
export const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const

/** Contours over grey images, as RGB: amber and sky blue differ in lightness as well as in hue. */
export const CONTOUR = { reference: [255, 176, 0], prediction: [56, 189, 248] } as const

export const FONT = 'Inter, "Helvetica Neue", Arial, system-ui, sans-serif'

/** The Vega-Lite configuration of every figure. */
export const CONFIG = {
  background: null,
  aria: false,
  font: FONT,
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: INK.soft.light,
    titleColor: INK.text.light,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 500,
    titlePadding: 8,
    gridColor: INK.grid.light,
    domainColor: INK.line.light,
    tickColor: INK.line.light,
    tickSize: 4,
  },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    labelColor: INK.text.light,
    titleColor: INK.text.light,
    labelFontSize: 11.5,
    titleFontSize: 11.5,
    titleFontWeight: 500,
    symbolSize: 80,
    labelLimit: 260,
  },
  header: { labelColor: INK.text.light, titleColor: INK.text.light, labelFontSize: 12, labelFontWeight: 500 },
  title: {
    color: INK.text.light,
    subtitleColor: INK.soft.light,
    fontSize: 13,
    fontWeight: 600,
    subtitleFontSize: 11.5,
    anchor: 'start',
    offset: 12,
  },
  text: { color: INK.text.light, fontSize: 11 },
  range: { category: [...COLOURS] },
} as const
