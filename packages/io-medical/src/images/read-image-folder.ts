/**
 * Folders of images and masks, joined with a metadata table on the image's id.
 *
 * What is an error and what a counted warning (our choice): two files or rows for one id, a missing column, no image at
 * all and masks that fit no image are errors, as going on would use the wrong data. An image without a mask stays, with
 * mask null (it can be predicted, or learnt from without labels); a mask without an image, a row without an image and an
 * image without a row are left out or left empty. No picture is opened here; `prepareImages` compares sizes.
 *
 * @module
 */
import { basename, join, resolve } from 'node:path'
import { counted } from '../dataset.ts'
import { MedicalImageError } from '../errors.ts'
import type { ImageCase, ImageDataset, MaskRule } from './image-dataset.ts'
import { listPictures, type Pictures } from './list-pictures.ts'
import { readTable, type Table } from './read-table.ts'

/** Where things are below the folder of the data set, and what they are called. */
export interface ImageFolderOptions {
  /** Folder or folders of images. Default `'images'`. */
  readonly images?: string | readonly string[]
  /** Folder of masks; null when there are none. Default `'masks'`. May be the images' folder. */
  readonly masks?: string | null
  /** What a mask's name may have after the id. Default nothing, `_segmentation` or `_mask`. */
  readonly maskSuffixes?: readonly string[]
  /** Pictures whose name without extension fits are passed over. */
  readonly ignore?: RegExp
  /** CSV file of metadata. */
  readonly table?: string
  /** Its column of image ids. Default the first one. */
  readonly id?: string
  /** Columns that must be there. Default none. */
  readonly columns?: readonly string[]
  /** The image id of a value of the id column. Default the value without a picture's extension. */
  readonly idOfRow?: (value: string) => string
  /** Default the folder's name. */
  readonly name?: string
  /** What mask values stand for. Default label 1 above 127. */
  readonly maskRule?: MaskRule
}

const MASK_SUFFIXES = ['', '_segmentation', '_mask']
const ABOVE_HALF: MaskRule = { kind: 'threshold', above: 127 }

/**
 * The cases of a folder of pictures, sorted by id.
 *
 * @throws MedicalImageError (not-found, unreadable, bad-dataset, bad-table, duplicate-id)
 *
 * @example
 * const dataset = await readImageFolder('lesions', { table: 'metadata.csv', id: 'image_id', columns: ['age', 'sex'] })
 * console.log(dataset.warnings.join('\n'))
 */
export async function readImageFolder(dir: string, options: ImageFolderOptions = {}): Promise<ImageDataset> {
  const { images, masks } = await listBoth(dir, options)
  if (images.byId.size === 0) throw refused(dir, { expected: 'at least one picture', found: 'none' })
  const table = options.table === undefined ? undefined : await tableOf(join(dir, options.table), options)
  const rows = table && rowsByImage(table, options)
  const unknown = Object.fromEntries((table?.columns ?? []).map((column) => [column, null]))
  const cases = [...images.byId].map(([id, image]): ImageCase => {
    return { id, image, mask: masks?.byId.get(id) ?? null, metadata: rows?.get(id) ?? unknown }
  })
  checkMasks(dir, cases, masks)
  return {
    folder: dir,
    name: options.name ?? basename(resolve(dir)),
    cases,
    masks: options.maskRule ?? ABOVE_HALF,
    warnings: [...pictureWarnings({ images, masks }), ...(rows ? tableWarnings(images, rows, options.table) : [])],
  }
}

interface Both {
  readonly images: Pictures
  readonly masks: Pictures | undefined
}

async function listBoth(dir: string, options: ImageFolderOptions): Promise<Both> {
  const { images = 'images', masks = 'masks', maskSuffixes = MASK_SUFFIXES, ignore } = options
  const folders = [images].flat()
  const shared = masks !== null && folders.includes(masks)
  // In a shared folder only the suffix tells a mask from an image.
  const suffixes = [...maskSuffixes].filter((suffix) => !shared || suffix !== '').sort((a, b) => b.length - a.length)
  const suffixOf = (stem: string) => suffixes.find((suffix) => stem.endsWith(suffix) && stem.length > suffix.length)
  const isMask = (stem: string) => shared && suffixOf(stem) !== undefined
  const imageId = (stem: string) => (ignore?.test(stem) || isMask(stem) ? undefined : stem)
  const maskId = (stem: string) => {
    const suffix = ignore?.test(stem) ? undefined : suffixOf(stem)
    return suffix === undefined ? undefined : stem.slice(0, stem.length - suffix.length)
  }
  const below = (folder: string) => join(dir, folder)
  return {
    images: await listPictures(folders.map(below), { idOf: imageId }),
    masks: masks === null ? undefined : await listPictures([below(masks)], { idOf: maskId }),
  }
}

async function tableOf(path: string, { id, columns = [] }: ImageFolderOptions): Promise<Table> {
  const table = await readTable(path, id === undefined ? {} : { id })
  const absent = columns.filter((column) => !table.columns.includes(column))
  if (absent.length === 0) return table
  const fault = {
    code: 'bad-table',
    file: path,
    expected: `the ${absent.length === 1 ? 'column' : 'columns'} ${absent.map((column) => `"${column}"`).join(', ')}`,
    found: `columns ${table.columns.join(', ')}`,
  } as const
  throw new MedicalImageError('readImageFolder', fault)
}

function rowsByImage(table: Table, { idOfRow, table: name }: ImageFolderOptions): Map<string, ImageCase['metadata']> {
  const toId = idOfRow ?? ((value: string) => value.replace(/\.(png|jpe?g|bmp)$/i, ''))
  const rows = new Map<string, ImageCase['metadata']>()
  for (const [value, row] of table.byId) {
    const id = toId(value)
    if (rows.has(id)) {
      const fault = {
        code: 'duplicate-id',
        file: String(name),
        expected: 'one row per image',
        found: `two for "${id}"`,
      } as const
      throw new MedicalImageError('readImageFolder', fault)
    }
    rows.set(id, row)
  }
  return rows
}

function checkMasks(dir: string, cases: readonly ImageCase[], masks: Pictures | undefined): void {
  if (!masks || masks.byId.size === 0 || cases.some(({ mask }) => mask !== null)) return
  const [maskId] = masks.byId.keys()
  const found = `masks such as "${maskId}" and images such as "${cases[0].id}"`
  throw refused(dir, { expected: 'masks named after images', found })
}

function pictureWarnings({ images, masks }: Both): string[] {
  const bare = masks ? [...images.byId.keys()].filter((id) => !masks.byId.has(id)) : []
  const orphans = masks ? [...masks.byId.keys()].filter((id) => !images.byId.has(id)) : []
  const others = images.others + (masks?.others ?? 0)
  return [
    ...some(bare, { what: 'image', says: 'without a mask (kept, mask null)' }),
    ...some(orphans, { what: 'mask', says: 'without an image (left out)' }),
    ...(others > 0 ? [`${counted(others, 'file')} that ${others === 1 ? 'is' : 'are'} no picture (passed over)`] : []),
  ]
}

function tableWarnings(images: Pictures, rows: ReadonlyMap<string, unknown>, table = 'the table'): string[] {
  const withoutImage = [...rows.keys()].filter((id) => !images.byId.has(id))
  const withoutRow = [...images.byId.keys()].filter((id) => !rows.has(id))
  return [
    ...some(withoutImage, { what: 'row', says: `of ${table} without an image (left out)` }),
    ...some(withoutRow, { what: 'image', says: `without a row in ${table} (metadata unknown)` }),
  ]
}

/** `3 masks without an image (left out): a, b, c`; no sentence for none. */
function some(ids: readonly string[], { what, says }: { what: string; says: string }): string[] {
  if (ids.length === 0) return []
  const names = ids.slice(0, 3).join(', ') + (ids.length > 3 ? ', …' : '')
  return [`${counted(ids.length, what)} ${says}: ${names}`]
}

function refused(file: string, { expected, found }: { expected: string; found: string }): MedicalImageError {
  return new MedicalImageError('readImageFolder', { code: 'bad-dataset', file, expected, found })
}
