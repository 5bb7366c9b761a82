/**
 * The slider as HTML, and the one script that moves it.
 *
 * The script is the same text in every page, so that the page's policy can allow it by its hash and nothing else.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { escapeHtml } from './escape.ts'
import type { Explorer, ExplorerFact, ExplorerPicture } from './explorer.ts'

/** What runs in the page: exchanges texts, bars and outlines when a slider moves. */
export const EXPLORER_SCRIPT = `
for (const box of document.querySelectorAll('.explorer')) {
  const data = JSON.parse(box.querySelector('script[type="application/json"]').textContent)
  const slider = box.querySelector('input[type="range"]')
  const show = () => {
    const stop = Number(slider.value)
    slider.setAttribute('aria-valuetext', data.stops[stop])
    box.querySelector('.stop').textContent = data.stops[stop]
    box.querySelectorAll('.fact').forEach((fact, i) => {
      fact.querySelector('.value').textContent = data.facts[i].values[stop]
      const bar = fact.querySelector('.bar > span')
      if (bar) bar.style.width = 100 * data.facts[i].shares[stop] + '%'
    })
    box.querySelectorAll('.shown').forEach((shown, i) => {
      shown.querySelector('.outlines').src = data.pictures[i].outlines[stop]
      shown.querySelector('.note').textContent = data.pictures[i].notes[stop]
    })
  }
  slider.addEventListener('input', show)
  show()
}
`

/** What the page's policy must hold for the script to run. */
export function explorerPolicy(): string {
  return `script-src 'sha256-${createHash('sha256').update(EXPLORER_SCRIPT).digest('base64')}'`
}

/** The explorer as a numbered figure; the caption comes from the page. */
export function explorerHtml(item: Explorer, { id, caption }: { id: string; caption: string }): string {
  const { knob, stops, start, facts, pictures } = item
  const data = {
    stops,
    facts: facts.map(({ values, shares }) => ({ values, shares })),
    pictures: pictures.map(({ outlines, notes }) => ({ outlines, notes })),
  }
  const label = `${id}-slider`
  return `<figure class="explorer" id="${id}">
<div class="control"><label for="${label}">${escapeHtml(knob)} = <output class="stop" for="${label}">${escapeHtml(stops[start])}</output></label>
<input type="range" id="${label}" min="0" max="${stops.length - 1}" step="1" value="${start}" aria-valuetext="${escapeHtml(stops[start])}"></div>
<dl class="known">
${facts.map((fact) => factHtml(fact, start)).join('\n')}
</dl>
<ul class="pictures">
${pictures.map((one) => pictureHtml(one, start)).join('\n')}
</ul>
<figcaption>${caption}</figcaption>
<script type="application/json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
</figure>`
}

function factHtml({ name, values, shares }: ExplorerFact, start: number): string {
  const bar = shares === undefined ? '' : `<div class="bar"><span style="width:${100 * shares[start]}%"></span></div>`
  return `<div class="fact"><dt>${escapeHtml(name)}</dt><dd><span class="value">${escapeHtml(values[start])}</span>${bar}</dd></div>`
}

function pictureHtml({ id, width, height, image, outlines, notes }: ExplorerPicture, start: number): string {
  return `<li class="shown"><div class="stack"><img src="${image}" width="${width}" height="${height}" alt="${escapeHtml(id)}"><img class="outlines" src="${outlines[start]}" width="${width}" height="${height}" alt="outlines of reference and prediction"></div><span class="label">${escapeHtml(id)}</span><span class="note">${escapeHtml(notes[start])}</span></li>`
}
