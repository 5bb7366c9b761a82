/**
 * Folders of pictures as the readers of `images/` read them: skin lesions, white blood cells, and any folder of images,
 * masks and a table.
 *
 * @module
 */
import { basename, extname } from 'node:path'
import type { ImageCase, ImageDataset } from '../images/image-dataset.ts'
import { readImageFolder } from '../images/read-image-folder.ts'
import { skinDataset } from '../images/skin-dataset.ts'
import { WBC_LABELS, wbcDataset } from '../images/wbc-dataset.ts'
import type { DataCase, DataFolder, DataLayout, DataTree, MaskFile } from './data-folder.ts'
import { absolute, filesIn, foldersOf, isPictureName, topNames } from './data-tree.ts'
import { readRows } from './table-rows.ts'

const SPLIT_COLUMN = /(^|_)(split|fold|subset|partition)$/i
const GROUP_COLUMNS = ['lesion', 'patient', 'subject', 'lesion_id', 'patient_id', 'subject_id']
const ID_COLUMNS = ['image_id', 'isic_id', 'image_name', 'image', 'filename', 'file_name', 'file', 'id', 'name']
const SPLITS = /^(train|training|val|valid|validation|test|testing)$/i
const IMAGES = /^(images?|imgs?|inputs?|pictures)$/i
const MASKS = /^(masks?|labels?|annotations?|segmentations?|ground_?truth|gt)$/i

/** HAM10000 and the ISIC challenges. */
export const skinLayout: DataLayout = {
  name: 'skin',
  title: 'skin lesions (ISIC, HAM10000)',
  tree: 'images/ISIC_0000000.jpg (or HAM10000_images_part_1, ISIC2018_Task1-2_Training_Input, ...), masks/ISIC_0000000_segmentation.png, metadata.csv',
  recognises: ({ files }) => files.some((path) => /(^|\/)ISIC_\d{7}[^/]*\.(jpe?g|png)$/i.test(path)),
  read: async ({ folder }) => fromPictures(await skinDataset(folder), 'skin', { labels: { background: 0, lesion: 1 } }),
}

/** Zheng et al. 2018, both sets; ids are `1/001`. */
export const wbcLayout: DataLayout = {
  name: 'wbc',
  title: 'white blood cells (Zheng et al. 2018)',
  tree: 'dataset1/images/001.bmp, dataset1/masks/001.png, "Class Labels of Dataset 1.csv", and the same for 2',
  recognises: (tree) => [1, 2].some((set) => topNames(tree).has(`Class Labels of Dataset ${set}.csv`)),
  async read(tree) {
    const sets = ([1, 2] as const).filter((set) => topNames(tree).has(`Class Labels of Dataset ${set}.csv`))
    const read = await Promise.all(
      sets.map(async (set) => {
        const data = fromPictures(await wbcDataset(tree.folder, { set }), 'wbc', { labels: WBC_LABELS })
        const cases = data.cases.map((one) => ({
          ...one,
          id: `${set}/${one.id}`,
          metadata: { ...one.metadata, set: `${set}` },
        }))
        return { ...data, cases, warnings: data.warnings.map((warning) => `data set ${set}: ${warning}`) }
      }),
    )
    const [cases, warnings] = [read.flatMap((set) => set.cases), read.flatMap((set) => set.warnings)]
    return { layout: 'wbc', name: 'white blood cells', folder: tree.folder, cases, oneGrid: true, warnings }
  },
}

/** Any folder of pictures; one folder for each part of a split may hold such folders. */
export const imageFolderLayout: DataLayout = {
  name: 'image-folder',
  title: 'folder of pictures',
  tree: 'images/<id>.png, masks/<id>.png (or <id>_mask.png), any name.csv with an id column; or the same in train/, val/ and test/',
  recognises: (tree) => partsOf(tree).length > 0,
  async read(tree) {
    const parts = await Promise.all(partsOf(tree).map((part) => readPart(tree, part)))
    const cases = parts.flatMap((part) => part.cases)
    const warnings = parts.flatMap((part) => part.warnings)
    return {
      layout: 'image-folder',
      name: basename(tree.folder),
      folder: tree.folder,
      cases,
      oneGrid: true,
      warnings,
    }
  },
}

interface Part {
  /** Relative to the root; `.` for the root. */
  readonly base: string
  readonly images: string
  readonly masks: string | null
}

/** Folders of pictures below the root, or below the folders of a split. */
function partsOf(tree: DataTree): Part[] {
  const folders = foldersOf(tree).filter((folder) => filesIn(tree, folder).some(isPictureName))
  const bases = ['.', ...[...topNames(tree)].filter((name) => SPLITS.test(name))]
  return bases.flatMap((base): Part[] => {
    const below = (name: RegExp) =>
      folders.find(
        (folder) =>
          folder === (base === '.' ? basename(folder) : `${base}/${basename(folder)}`) && name.test(basename(folder)),
      )
    const images = below(IMAGES)
    const masks = below(MASKS)
    if (images !== undefined) return [{ base, images: basename(images), masks: masks ? basename(masks) : null }]
    return base === '.' && folders.includes('.') ? [{ base, images: '.', masks: masks ? basename(masks) : '.' }] : []
  })
}

async function readPart(tree: DataTree, { base, images, masks }: Part): Promise<DataFolder> {
  const table = [base, '.']
    .flatMap((folder) => filesIn(tree, folder))
    .find((path) => extname(path).toLowerCase() === '.csv')
  const tablePath = table === undefined ? undefined : relativeTo(base, table)
  const columns = table === undefined ? [] : await headerOf(absolute(tree, table))
  const id = ID_COLUMNS.find((column) => columns.includes(column))
  const data = await readImageFolder(absolute(tree, base), {
    images,
    masks,
    ...(tablePath === undefined ? {} : { table: tablePath }),
    ...(id === undefined ? {} : { id }),
  })
  const folder = fromPictures(data, 'image-folder', { labels: null })
  if (base === '.') return folder
  const cases = folder.cases.map((one) => ({ ...one, id: `${base}/${one.id}`, split: base }))
  return { ...folder, cases, warnings: folder.warnings.map((warning) => `${base}: ${warning}`) }
}

function relativeTo(base: string, path: string): string {
  if (base === '.') return path
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : `../${path}`
}

async function headerOf(path: string): Promise<readonly string[]> {
  return Object.keys((await readRows(path))[0] ?? {})
}

function fromPictures(
  data: ImageDataset,
  layout: DataFolder['layout'],
  { labels }: { labels: MaskFile['labels'] },
): DataFolder {
  const cases = data.cases.map((one) => dataCase(one, { data, labels }))
  return { layout, name: data.name, folder: data.folder, cases, oneGrid: true, warnings: data.warnings }
}

function dataCase(one: ImageCase, { data, labels }: { data: ImageDataset; labels: MaskFile['labels'] }): DataCase {
  const splitColumn = Object.keys(one.metadata).find((column) => SPLIT_COLUMN.test(column))
  const groupColumn = GROUP_COLUMNS.find((column) => column in one.metadata)
  // Without agreed names, the values of a mask are labels as they are.
  const rule = labels === null ? null : data.masks
  return {
    id: one.id,
    images: [{ name: 'image', path: one.image }],
    masks: one.mask === null ? [] : [{ name: 'mask', path: one.mask, rule, labels }],
    metadata: one.metadata,
    group: groupColumn === undefined ? null : one.metadata[groupColumn],
    split: splitColumn === undefined ? null : one.metadata[splitColumn],
  }
}
