/**
 * A checked data set as a page: findings, tables, and pictures of cases, those with findings first.
 *
 * @module
 */
import { panelGallery, sliceGallery, table, type Gallery, type Report, type Table } from '@leanvox/report'
import type { DataCase, DataCheck, DataFolder } from '@leanvox/io-medical'
import { pictureOfCase, type CasePicture } from './case-picture.ts'
import { checkTables, type TextTable } from './tables.ts'
import { counted } from './words.ts'

export interface CheckPageOptions {
  readonly folder: DataFolder
  /** How many cases are shown. */
  readonly pictures: number
}

const MOST_NAMES = 3

/** The page; opens the files of the cases it shows once more, one after the other. */
export async function checkPage(check: DataCheck, { folder, pictures }: CheckPageOptions): Promise<Report> {
  const { name, layout, cases, images, masks, findings } = check
  const shown = chooseCases(check, { cases: folder.cases, pictures })
  const drawn: CasePicture[] = []
  for (const item of shown) drawn.push(...(await pictureOfCase(item.one, { note: item.note })))
  const problems = findings.filter(({ severity }) => severity === 'problem').length
  const odd = findings.filter(({ severity }) => severity === 'odd').length
  const galleries = galleriesOf(drawn)
  return {
    title: `Data check: ${name}`,
    subtitle: `Layout ${layout}`,
    highlights: [
      { label: 'cases', value: `${cases}`, note: `${counted(images, 'image')}, ${counted(masks, 'mask')}` },
      { label: 'problems', value: `${problems}` },
      { label: 'odd', value: `${odd}` },
    ],
    sections: [
      { title: 'Findings', tables: [findingsTable(check)] },
      ...(galleries.length > 0
        ? [
            {
              title: 'Cases',
              text: 'Cases with findings come first; the others are spread over the set.',
              images: galleries,
            },
          ]
        : []),
      { title: 'Contents', tables: checkTables(check).map(pageTable) },
    ],
    facts: { command: 'leanvox data check', layout },
  }
}

function findingsTable({ findings }: DataCheck): Table {
  const rows = findings.map(({ severity, code, message, cases }) => {
    const names = cases.slice(0, MOST_NAMES).join(', ') + (cases.length > MOST_NAMES ? ', …' : '')
    return [severity, code, message, names || 'the set']
  })
  const none = [['–', '–', 'nothing odd was found', '–']]
  return pageTable({
    title: 'What was found',
    columns: ['', 'about', 'what', 'which'],
    rows: rows.length > 0 ? rows : none,
  })
}

function pageTable({ title, columns, rows }: TextTable): Table {
  return table({
    title,
    columns: columns.map((heading, i) => ({ key: `c${i}`, title: heading, format: 'text' })),
    rows: rows.map((row) => Object.fromEntries(row.map((cell, i) => [`c${i}`, cell]))),
  })
}

interface Chosen {
  readonly one: DataCase
  readonly note: string
}

/** Up to half with findings, a few of each; the rest spread evenly over the set. */
function chooseCases(
  { findings }: DataCheck,
  { cases, pictures }: { readonly cases: readonly DataCase[]; readonly pictures: number },
): Chosen[] {
  const byId = new Map(cases.map((one) => [one.id, one]))
  const notes = new Map<string, string[]>()
  const telling = findings.filter(({ severity, cases: own }) => severity !== 'note' && own.length > 0)
  const each = Math.max(1, Math.floor(pictures / 2 / Math.max(1, telling.length)))
  for (const { code, cases: own } of telling) {
    for (const id of own.slice(0, each)) {
      if (notes.size < pictures / 2 || notes.has(id)) notes.set(id, [...(notes.get(id) ?? []), code])
    }
  }
  const odd = [...notes].flatMap(([id, codes]): Chosen[] => {
    const one = byId.get(id)
    return one === undefined ? [] : [{ one, note: [...new Set(codes)].join(', ') }]
  })
  const others = cases.filter(({ id }) => !notes.has(id))
  const count = Math.max(0, Math.min(pictures - odd.length, others.length))
  const spread = Array.from({ length: count }, (_, i) => others[Math.floor((i * others.length) / count)])
  return [...odd, ...spread.map((one): Chosen => ({ one, note: '' }))]
}

function galleriesOf(drawn: readonly CasePicture[]): Gallery[] {
  const slices = drawn.flatMap((picture) => (picture.kind === 'slice' ? [picture.slice] : []))
  const panels = drawn.flatMap((picture) => (picture.kind === 'colours' ? [picture.panel] : []))
  const caption = 'The slice with most of the mask; the outline is the border of its labels.'
  return [
    ...(slices.length > 0 ? [sliceGallery({ cases: slices }, { title: 'Slices.', caption, side: 220 })] : []),
    ...(panels.length > 0
      ? [
          panelGallery(
            { cases: panels },
            { title: 'Pictures.', caption: 'The outline is the border of the mask.', side: 150 },
          ),
        ]
      : []),
  ]
}
