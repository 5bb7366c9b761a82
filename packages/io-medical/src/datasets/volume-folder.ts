/**
 * Folders of volumes without a dataset.json: images and masks in two folders, or side by side, or one folder a case; a
 * folder of DICOM files counts as one image.
 *
 * A file is a mask when one of the words of its name or its folder's says so (`seg`, `mask`, `label`, `gt`, `roi`, and so
 * on). Beside each other, a mask belongs to the image whose name has all of the mask's other words and the fewest
 * besides; where several fit, those with the mask's grid come first, and a tie leaves the mask alone, with a warning. That
 * rule is ours.
 *
 * @module
 */
import { basename, dirname } from 'node:path'
import { counted } from '../dataset.ts'
import { isMedicalImageError } from '../errors.ts'
import type { DataCase, DataFile, DataLayout, DataTree, MaskFile } from './data-folder.ts'
import { absolute, filesIn, foldersOf, imageStem, isVolumeName } from './data-tree.ts'
import { gridOf, type Grid } from './image-facts.ts'
import { isDicomFile, openDataFile } from './open-data-file.ts'
import { differenceOf } from './pair-findings.ts'

const MASK_WORD = /^(seg|segs|segmentations?|masks?|labels?|labelstr|gt|ground|truth|roi|contours?|delineations?)$/i
const IMAGE_FOLDER = /^(images?|imagestr|imgs?|volumes?|scans?|ct|mr|mri)$/i
const DEEPEST = 3
const OTHER_NAMES = /\.(txt|md|rst|csv|tsv|json|xml|html?|pdf|py|png|jpe?g|bmp|tiff?|zip|gz|zst|tar|cfg)$/i

/** Any folder of volumes, at most two folders deep. */
export const volumeFolderLayout: DataLayout = {
  name: 'volume-folder',
  title: 'folder of volumes',
  tree: 'images/<id>.nii.gz with masks/<id>.nii.gz; or <id>.nii.gz beside <id>_seg.nii.gz; or <id>/ct.nii.gz with <id>/seg.nii.gz; a folder of DICOM files is an image',
  recognises: (tree) => {
    const volumes = tree.files.filter(isVolumeName)
    return volumes.length > 0 && volumes.every((path) => path.split('/').length <= DEEPEST)
  },
  async read(tree) {
    const entries = [...tree.files.filter(isVolumeName).map((path) => entry(path)), ...(await dicomEntries(tree))]
    const warnings: string[] = []
    const homes = Map.groupBy(entries, ({ home }) => home)
    const cases: DataCase[] = []
    for (const [home, beside] of homes) cases.push(...(await casesOf(tree, { home, beside, warnings })))
    const { folder } = tree
    const inOrder = cases.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return { layout: 'volume-folder', name: basename(folder), folder, cases: inOrder, oneGrid: false, warnings }
  },
}

interface Entry {
  /** Relative path of a file, or of a folder of DICOM files. */
  readonly path: string
  readonly files?: readonly string[]
  /** The folder within which images and masks are matched. */
  readonly home: string
  /** Words of the name, lower case, without those that mark a mask. */
  readonly words: readonly string[]
  readonly isMask: boolean
}

function entry(path: string, files?: readonly string[]): Entry {
  const folder = dirname(path)
  const inMasks = MASK_WORD.test(basename(folder))
  const apart = inMasks || IMAGE_FOLDER.test(basename(folder))
  const words = imageStem(path)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const plain = words.filter((word) => !MASK_WORD.test(word))
  return {
    path,
    ...(files ? { files } : {}),
    home: apart ? dirname(folder) : folder,
    words: plain,
    isMask: inMasks || plain.length < words.length,
  }
}

/** Folders whose first file without a telling name is DICOM by content. */
async function dicomEntries(tree: DataTree): Promise<Entry[]> {
  const found: Entry[] = []
  for (const folder of foldersOf(tree)) {
    const files = filesIn(tree, folder).filter((path) => !isVolumeName(path) && !OTHER_NAMES.test(path))
    if (folder === '.' || files.length === 0 || !(await isDicomFile(absolute(tree, files[0])))) continue
    found.push(
      entry(
        folder,
        files.map((path) => absolute(tree, path)),
      ),
    )
  }
  return found
}

interface Home {
  readonly home: string
  readonly beside: readonly Entry[]
  readonly warnings: string[]
}

async function casesOf(tree: DataTree, { home, beside, warnings }: Home): Promise<DataCase[]> {
  const images = beside.filter(({ isMask }) => !isMask)
  const masks = beside.filter(({ isMask }) => isMask)
  const prefix = home === '.' ? '' : `${home}/`
  // One image among masks: a folder for each case.
  const sole = images.length === 1 && home !== '.' ? images[0] : undefined
  const owners: (Entry | undefined)[] = []
  for (const mask of masks) owners.push(sole ?? (await ownerOf(tree, { mask, images })))
  const alone = masks.filter((_, i) => owners[i] === undefined)
  if (alone.length > 0) {
    const names = alone.slice(0, 3).map(({ path }) => path)
    warnings.push(`${counted(alone.length, 'mask')} without one image to belong to (left out): ${names.join(', ')}`)
  }
  return images.map((image): DataCase => {
    const own = masks.filter((_, i) => owners[i] === image)
    return {
      id: sole === undefined ? `${prefix}${imageStem(image.path)}` : home,
      images: [dataFile(tree, image, { name: sole === undefined ? 'image' : imageStem(image.path) })],
      masks: own.map((mask) => maskFile(tree, mask, { name: own.length === 1 ? 'mask' : imageStem(mask.path) })),
      metadata: {},
      group: null,
      split: null,
    }
  })
}

interface Candidates {
  readonly mask: Entry
  readonly images: readonly Entry[]
}

async function ownerOf(tree: DataTree, { mask, images }: Candidates): Promise<Entry | undefined> {
  const named = images.filter(({ words }) => mask.words.every((word) => words.includes(word)))
  // Only where names leave a choice are files opened for their grids.
  const onGrid = named.length > 1 ? await withGridOf(tree, { mask, images: named }) : named
  const fitting = (onGrid.length > 0 ? onGrid : named).toSorted((a, b) => a.words.length - b.words.length)
  const [best, next] = fitting
  return best !== undefined && next?.words.length === best.words.length ? undefined : best
}

async function withGridOf(tree: DataTree, { mask, images }: Candidates): Promise<Entry[]> {
  const wanted = await gridAt(tree, mask)
  if (wanted === undefined) return []
  const found: Entry[] = []
  for (const image of images) {
    const grid = await gridAt(tree, image)
    if (grid !== undefined && differenceOf(wanted, grid) === undefined) found.push(image)
  }
  return found
}

/** Undefined for a file that does not open: the check will say so. */
async function gridAt(tree: DataTree, entry: Entry): Promise<Grid | undefined> {
  try {
    return gridOf(await openDataFile(dataFile(tree, entry, { name: '' })))
  } catch (error) {
    if (isMedicalImageError(error)) return undefined
    throw error
  }
}

function dataFile(tree: DataTree, { path, files }: Entry, { name }: { name: string }): DataFile {
  return { name, path: absolute(tree, path), ...(files ? { files } : {}) }
}

function maskFile(tree: DataTree, mask: Entry, { name }: { name: string }): MaskFile {
  return { ...dataFile(tree, mask, { name }), rule: null, labels: null }
}
