/**
 * The style sheet of the page: a narrow scientific look, light or dark by the reader's system, light on paper.
 *
 * Figures are drawn in light inks; in the dark their colours are exchanged by attribute, so one SVG serves both.
 *
 * @module
 */
import { CONTOUR, INK, SERIES } from './theme.ts'

type Pair = { readonly light: string; readonly dark: string }

function rgb(colour: readonly number[]): string {
  return `rgb(${colour.join(' ')})`
}

function exchanged({ light, dark }: Pair): string {
  return [
    `.figure svg [fill="${light}"] { fill: ${dark}; }`,
    `.figure svg [stroke="${light}"] { stroke: ${dark}; }`,
  ].join('\n  ')
}

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --panel: #f6f7f9; --text: ${INK.text.light}; --soft: ${INK.soft.light};
  --rule: #d5d9df; --strong-rule: #2b2f36; --accent: ${SERIES[0].light};
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.55 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
}
.page { max-width: 58rem; margin: 0 auto; padding: 3.5rem 1.5rem 4rem; }
h1, h2, .highlight, table, figcaption, .gallery, dl, .legend, nav {
  font-family: Inter, "Helvetica Neue", Arial, system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
.subtitle { margin: 0.6rem 0 0; color: var(--soft); font-size: 1.05rem; max-width: 44rem; }
h2 { margin: 3.2rem 0 0.6rem; font-size: 1.2rem; font-weight: 650; letter-spacing: -0.005em; }
p { margin: 0.6rem 0; max-width: 44rem; text-wrap: pretty; }
.highlights { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); margin: 2.2rem 0 0; padding: 0; gap: 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
.highlight { padding: 0.9rem 1rem 0.9rem 0; margin: 0; display: flex; flex-direction: column; }
.highlight dt { color: var(--soft); font-size: 0.78rem; }
.highlight dd { margin: 0; }
.highlight .value { font-size: 1.5rem; font-weight: 600; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; line-height: 1.35; }
.highlight .note { color: var(--soft); font-size: 0.78rem; }
figure { margin: 0; min-width: 0; }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2.2rem 2.4rem; margin: 1.4rem 0; align-items: start; }
.figure { display: flex; flex-direction: column; }
.figure.wide { grid-column: 1 / -1; }
.figure svg { display: block; max-width: 100%; height: auto; }
/* A cell of a heat map is one value: no shades in between. */
.figure svg image { image-rendering: pixelated; }
figcaption { color: var(--soft); font-size: 0.82rem; line-height: 1.45; }
figcaption { margin-top: 0.7rem; max-width: 44rem; }
.table { margin: 1.6rem 0; }
.table figcaption { margin: 0 0 0.6rem; }
figcaption b { color: var(--text); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums lining-nums; border-bottom: 1.5px solid var(--strong-rule); }
thead th { border-top: 1.5px solid var(--strong-rule); border-bottom: 1px solid var(--strong-rule); font-weight: 600; vertical-align: bottom; }
th, td { padding: 0.42rem 0.9rem 0.42rem 0; text-align: left; white-space: nowrap; }
tbody th { font-weight: 400; }
th.long, td.long { min-width: 14rem; white-space: normal; overflow-wrap: anywhere; }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
th.number, td.number { text-align: right; padding: 0.42rem 0 0.42rem 1.1rem; }
th.number + th:not(.number), td.number + td:not(.number) { padding-left: 1.4rem; }
tr.strong > * { font-weight: 650; }
td.none { color: var(--soft); text-align: center; }
.gallery { margin: 1.4rem 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1.1rem 1rem; margin: 0; padding: 0; list-style: none; }
.pictures.wide { grid-template-columns: repeat(auto-fill, minmax(min(25rem, 100%), 1fr)); }
.pictures img { display: block; width: 100%; height: auto; background: #000; border-radius: 3px; }
.pictures .label { display: block; margin-top: 0.4rem; font-size: 0.8rem; font-weight: 600; overflow-wrap: anywhere; }
.pictures .note { display: block; color: var(--soft); font-size: 0.78rem; font-variant-numeric: tabular-nums; }
.explorer { margin: 1.4rem 0; font-family: Inter, "Helvetica Neue", Arial, system-ui, sans-serif; }
.explorer .control { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.2rem; }
.explorer label { font-size: 1.05rem; font-weight: 600; min-width: 6.5rem; font-variant-numeric: tabular-nums; }
.explorer input { flex: 1 1 16rem; accent-color: var(--accent); height: 1.6rem; margin: 0; }
.explorer .known { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.6rem 1.6rem; margin: 0.9rem 0 1.3rem; }
.explorer dt { color: var(--soft); font-size: 0.78rem; }
.explorer dd { margin: 0; }
.explorer .value { font-size: 1.15rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.explorer .bar { height: 0.3rem; margin-top: 0.3rem; background: var(--rule); border-radius: 2px; overflow: hidden; }
.explorer .bar > span { display: block; height: 100%; background: var(--accent); }
.stack { position: relative; }
.stack .outlines { position: absolute; inset: 0; background: none; }
.legend { display: flex; gap: 1.4rem; margin: 0 0 0.8rem; padding: 0; list-style: none; font-size: 0.82rem; }
.legend li::before { content: ""; display: inline-block; width: 1.3rem; height: 0.22rem; margin-right: 0.45rem; vertical-align: middle; border-radius: 2px; background: var(--outline); box-shadow: 0 0 0 1px rgb(0 0 0 / 0.25); }
.legend .reference { --outline: ${rgb(CONTOUR.reference)}; }
.legend .prediction { --outline: ${rgb(CONTOUR.prediction)}; }
.facts { margin: 4rem 0 0; padding-top: 1rem; border-top: 1px solid var(--rule); display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.2rem; font-size: 0.78rem; color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }
@media (max-width: 44rem) {
  .page { padding: 2rem 1rem 3rem; }
  .figures { grid-template-columns: minmax(0, 1fr); }
  .figure.wide { overflow-x: auto; }
  .figure.wide svg { min-width: 38rem; }
  .figure.wide figcaption { position: sticky; left: 0; }
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: ${INK.ground.dark}; --panel: #1e2228; --text: ${INK.text.dark}; --soft: ${INK.soft.dark};
    --rule: #343a42; --strong-rule: #c9ced6; --accent: ${SERIES[0].dark};
  }
  ${[...Object.values(INK), ...SERIES].map(exchanged).join('\n  ')}
}
@media print {
  .page { max-width: none; padding: 0; }
  .figure, .gallery, table { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`
