/**
 * From a folder to its cases, whatever its layout: the first layout that recognises it, or the one asked for.
 *
 * @module
 */
import { MedicalImageError } from '../errors.ts'
import { camusLayout } from './camus.ts'
import type { DataFolder, DataLayout, LayoutName } from './data-folder.ts'
import { listTree } from './data-tree.ts'
import { msdLayout, nnunetLayout } from './json-layouts.ts'
import { looseFilesLayout } from './loose-files.ts'
import { oasisLayout } from './oasis.ts'
import { pandentalLayout } from './pandental.ts'
import { imageFolderLayout, skinLayout, wbcLayout } from './picture-layouts.ts'
import { prostatexLayout } from './prostatex.ts'
import { volumeFolderLayout } from './volume-folder.ts'

/** Every layout in the order in which they are tried: particular ones first, `files` last. */
export const DATA_LAYOUTS: readonly DataLayout[] = [
  msdLayout,
  nnunetLayout,
  camusLayout,
  oasisLayout,
  prostatexLayout,
  wbcLayout,
  skinLayout,
  pandentalLayout,
  imageFolderLayout,
  volumeFolderLayout,
  looseFilesLayout,
]

/** How a data set is read. */
export interface ReadDataFolderOptions {
  /** Default: the first layout that recognises the folder. */
  readonly layout?: LayoutName
}

/**
 * The cases of a data set in any known layout. Images are not opened, only file names, tables and, for DICOM, headers.
 *
 * @throws MedicalImageError (not-found, unreadable, bad-dataset for a folder without files, and what its reader throws);
 * RangeError for an unknown layout
 *
 * @example
 * const { layout, cases, warnings } = await readDataFolder('Task04_Hippocampus')
 */
export async function readDataFolder(dir: string, { layout }: ReadDataFolderOptions = {}): Promise<DataFolder> {
  const tree = await listTree(dir)
  if (layout !== undefined) {
    const asked = DATA_LAYOUTS.find(({ name }) => name === layout)
    if (asked !== undefined) return asked.read(tree)
    const names = DATA_LAYOUTS.map(({ name }) => name).join(', ')
    throw new RangeError(`readDataFolder: expected a layout of ${names}, got ${String(layout)}`)
  }
  for (const one of DATA_LAYOUTS) if (await one.recognises(tree)) return one.read(tree)
  const fault = { code: 'bad-dataset', file: dir, expected: 'a folder with files', found: 'an empty one' } as const
  throw new MedicalImageError('readDataFolder', fault)
}
