/**
 * The white blood cell images of Zheng et al. (Micron 107, 2018): two sets of BMP pictures with PNG masks.
 *
 * Masks: 0 background, 128 cytoplasm, 255 nucleus, to labels 0, 1, 2. Five masks of set 2 hold a few hundred stray pixels
 * of 2 to 50 where background meets cytoplasm; each counts as the nearest of the three values when that is at most 50
 * away, and `prepareImages` counts them. Set 1 has exact values and sizes that differ. The class of each cell (by the
 * authors of the set, not by experts) is metadata.
 *
 * @module
 */
import { join } from 'node:path'
import { MedicalImageError } from '../errors.ts'
import type { ImageCase, ImageDataset, MaskRule } from './image-dataset.ts'
import { readImageFolder } from './read-image-folder.ts'
import { readTable } from './read-table.ts'

const CLASSES: Readonly<Record<string, string>> = {
  '1': 'neutrophil',
  '2': 'lymphocyte',
  '3': 'monocyte',
  '4': 'eosinophil',
  '5': 'basophil',
}
const GREY_LABELS = { 0: 0, 128: 1, 255: 2 }
const RULES: Readonly<Record<1 | 2, MaskRule>> = {
  1: { kind: 'values', labels: GREY_LABELS },
  2: { kind: 'values', labels: GREY_LABELS, tolerance: 50 },
}

/** Label of each structure in the label maps of both sets. */
export const WBC_LABELS = { background: 0, cytoplasm: 1, nucleus: 2 } as const

/**
 * One of the two sets; `metadata.class` is `neutrophil`, `lymphocyte`, `monocyte`, `eosinophil`, `basophil` or null.
 *
 * @param dir the folder with `dataset1`, `dataset2` and the two tables of class labels
 * @throws MedicalImageError when folders, tables or files are missing or doubled
 */
export async function wbcDataset(dir: string, { set }: { readonly set: 1 | 2 }): Promise<ImageDataset> {
  const folder = `dataset${set}`
  const table = `Class Labels of Dataset ${set}.csv`
  const dataset = await readImageFolder(dir, {
    images: join(folder, 'images'),
    masks: join(folder, 'masks'),
    table,
    idOfRow: (value) => value.padStart(3, '0'),
    name: `WBC data set ${set}`,
    maskRule: RULES[set],
  })
  const { columns, idColumn } = await readTable(join(dir, table))
  const classColumn = columns.find((column) => column !== idColumn) ?? idColumn
  const path = join(dir, table)
  return { ...dataset, cases: dataset.cases.map((item) => withClass(item, { classColumn, path })) }
}

function withClass(item: ImageCase, { classColumn, path }: { classColumn: string; path: string }): ImageCase {
  const number = item.metadata[classColumn]
  if (number === null) return { ...item, metadata: { class: null } }
  const name = CLASSES[number]
  if (name === undefined) {
    const found = `${number} for image ${item.id}`
    throw new MedicalImageError('wbcDataset', { code: 'bad-table', file: path, expected: 'classes 1 to 5', found })
  }
  return { ...item, metadata: { class: name } }
}
