/**
 * Which prediction belongs to which reference: files of the same name in two folders, whatever the extension. NIfTI files are taken where
 * there are any, as pictures beside them are views of them; else NRRD, MetaImage and picture files.
 *
 * @module
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const NIFTI = /\.nii(\.gz)?$/i
const OTHERS = /\.(nrrd|mha|png|bmp|tiff?)$/i

/** The files of one case. */
export interface FilePair {
  readonly id: string
  /** null where the folder of predictions has none. */
  readonly prediction: string | null
  readonly reference: string
}

/** All references with their predictions, and predictions without a reference. */
export interface PairedFiles {
  readonly pairs: readonly FilePair[]
  readonly extra: readonly string[]
}

/**
 * Pairs the files of two folders by name, in the order of names.
 *
 * @throws Error for a folder that cannot be read or holds no such file (of predictions: unless missing ones count as empty),
 *   or two files of one name
 */
export async function pairFiles(folders: {
  readonly prediction: string
  readonly reference: string
  readonly missingAsEmpty?: boolean
}): Promise<PairedFiles> {
  const predictions = await filesOf(folders.prediction)
  const references = await filesOf(folders.reference)
  const found = [
    { folder: folders.reference, count: references.size },
    { folder: folders.prediction, count: folders.missingAsEmpty ? 1 : predictions.size },
  ]
  const bare = found.find(({ count }) => count === 0)
  if (bare)
    throw new Error(
      `evaluate: expected .nii, .nii.gz, .nrrd, .mha, .png, .bmp or .tif files in ${bare.folder}, got none`,
    )
  const pairs = [...references].map(([id, reference]) => ({ id, prediction: predictions.get(id) ?? null, reference }))
  return { pairs, extra: [...predictions].filter(([id]) => !references.has(id)).map(([, path]) => path) }
}

async function filesOf(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`evaluate: expected a folder that can be read, got ${folder} (${error.code ?? error.message})`)
  })
  const shown = names.filter((name) => !name.startsWith('.')).sort()
  const extension = shown.some((name) => NIFTI.test(name)) ? NIFTI : OTHERS
  const files = new Map<string, string>()
  for (const name of shown.filter((one) => extension.test(one))) {
    const id = name.replace(extension, '')
    if (files.has(id)) throw new Error(`evaluate: expected one file for ${id}, got two in ${folder}`)
    files.set(id, join(folder, name))
  }
  return files
}
