/**
 * Report → one HTML page that stands alone: no font, no picture, no script from elsewhere; the only script there can be is
 * the explorer's, allowed by its hash.
 *
 * A content security policy in the page forbids every request, so that even a mistake in a caller's values cannot make
 * a report of patient data call out.
 *
 * @module
 */
import { escapeHtml } from './escape.ts'
import type { Explorer } from './explorer.ts'
import { EXPLORER_SCRIPT, explorerHtml, explorerPolicy } from './explorer-html.ts'
import type { Figure } from './figure.ts'
import { renderSvg } from './render-svg.ts'
import type { Highlight, Report, Section } from './report.ts'
import type { Gallery } from './slice-gallery.ts'
import { STYLE } from './style.ts'
import { tableHtml, type Table } from './table.ts'

const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

type Numbered<T> = { readonly item: T; readonly number: number }

/** The page as text; the same report gives the same text. Figures and galleries are numbered together, tables apart. */
export async function renderReport(report: Report): Promise<string> {
  const { title, subtitle = '', highlights = [], sections, facts = {}, language = 'en' } = report
  const count = { figure: 0, table: 0 }
  const body: string[] = []
  for (const section of sections) body.push(await sectionHtml(section, count))
  const moves = sections.some(({ explorers = [] }) => explorers.length > 0)
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${moves ? `${POLICY}; ${explorerPolicy()}` : POLICY}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main class="page">
<header>
<h1>${escapeHtml(title)}</h1>
${subtitle ? `<p class="subtitle">${escapeHtml(subtitle)}</p>` : ''}
${highlightsHtml(highlights)}
</header>
${body.join('\n')}
${factsHtml(facts)}
</main>${moves ? `\n<script>${EXPLORER_SCRIPT}</script>` : ''}
</body>
</html>
`
}

async function sectionHtml(section: Section, count: { figure: number; table: number }): Promise<string> {
  const { title, text = [], tables = [], figures = [], images = [], explorers = [] } = section
  const paragraphs = (typeof text === 'string' ? [text] : text).map((line) => `<p>${escapeHtml(line)}</p>`)
  const tablesHtml = tables.map((item) => numberedTable({ item, number: ++count.table }))
  const numbered = figures.map((item) => ({ item, number: ++count.figure }))
  const figuresHtml = await Promise.all(numbered.map(figureHtml))
  const galleries = images.map((item) => galleryHtml({ item, number: ++count.figure }))
  const moving = explorers.map((item) => numberedExplorer({ item, number: ++count.figure }))
  return [
    `<section>\n<h2>${escapeHtml(title)}</h2>`,
    ...paragraphs,
    ...tablesHtml,
    figuresHtml.length > 0 ? `<div class="figures">\n${figuresHtml.join('\n')}\n</div>` : '',
    ...galleries,
    ...moving,
    '</section>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function captionHtml(
  kind: 'Figure' | 'Table',
  { item, number }: Numbered<Figure | Table | Gallery | Explorer>,
): string {
  return `<b>${kind} ${number}. ${escapeHtml(item.title)}</b> ${escapeHtml(item.caption)}`.trim()
}

function numberedExplorer(numbered: Numbered<Explorer>): string {
  const { item, number } = numbered
  return explorerHtml(item, { id: `figure-${number}`, caption: captionHtml('Figure', numbered) })
}

function numberedTable(table: Numbered<Table>): string {
  const label = `table-${table.number}`
  return `<figure class="table">
<figcaption id="${label}">${captionHtml('Table', table)}</figcaption>
${tableHtml(table.item, label)}
</figure>`
}

async function figureHtml(figure: Numbered<Figure>): Promise<string> {
  const { item, number } = figure
  const svg = await renderSvg(item.spec, { id: `figure-${number}` })
  // Inside HTML the namespaces are known; the description becomes the name of the picture.
  const inline = svg
    .replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')
    .replace('<svg', () => `<svg role="img" aria-label="${escapeHtml(item.alt)}"`)
  return `<figure class="figure ${item.width}" id="figure-${number}">
${inline}
<figcaption>${captionHtml('Figure', figure)}</figcaption>
</figure>`
}

function galleryHtml(gallery: Numbered<Gallery>): string {
  const { images, outlines, wide = false } = gallery.item
  const pictures = images.map(
    ({ uri, width, height, alt, label, note }) =>
      `<li><img src="${uri}" width="${width}" height="${height}" alt="${escapeHtml(alt)}"><span class="label">${escapeHtml(label)}</span>${note ? `<span class="note">${escapeHtml(note)}</span>` : ''}</li>`,
  )
  const legend = outlines.map((name) => `<li class="${name}">${name}</li>`).join('')
  return `<figure class="gallery" id="figure-${gallery.number}">
${legend ? `<ul class="legend">${legend}</ul>` : ''}
<ul class="pictures${wide ? ' wide' : ''}">
${pictures.join('\n')}
</ul>
<figcaption>${captionHtml('Figure', gallery)}</figcaption>
</figure>`
}

function highlightsHtml(highlights: readonly Highlight[]): string {
  if (highlights.length === 0) return ''
  const items = highlights.map(
    ({ label, value, note = '' }) =>
      `<div class="highlight"><dt>${escapeHtml(label)}</dt><dd><div class="value">${escapeHtml(value)}</div>${note ? `<div class="note">${escapeHtml(note)}</div>` : ''}</dd></div>`,
  )
  return `<dl class="highlights">\n${items.join('\n')}\n</dl>`
}

function factsHtml(facts: Readonly<Record<string, string | number>>): string {
  const entries = Object.entries(facts)
  if (entries.length === 0) return ''
  const items = entries.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd>`)
  return `<footer><dl class="facts">\n${items.join('\n')}\n</dl></footer>`
}
