/**
 * A case of a data set, opened and forgotten: the facts of its files, and the faults of those that did not open.
 *
 * @module
 */
import { MedicalImageError } from '../errors.ts'
import type { DataCase, DataFile, MaskFile } from './data-folder.ts'
import { imageFacts, type ImageFacts } from './image-facts.ts'
import { maskFacts, type MaskFacts } from './mask-facts.ts'
import { openDataFile, type OpenedData } from './open-data-file.ts'

/** A file that did not open. */
export interface FileFault {
  readonly of: 'image' | 'mask'
  readonly name: string
  readonly code: string
  readonly message: string
}

/** What a check knows of a case. */
export interface CaseFacts {
  readonly id: string
  readonly group: string | null
  readonly split: string | null
  readonly images: readonly ImageFacts[]
  readonly masks: readonly (MaskFacts & Pick<MaskFile, 'labels' | 'rule'>)[]
  readonly faults: readonly FileFault[]
}

/** Opens the files of a case one after the other; only faults of files are kept, anything else is thrown on. */
export async function caseFacts(item: DataCase): Promise<CaseFacts> {
  const faults: FileFault[] = []
  const images: ImageFacts[] = []
  const masks: CaseFacts['masks'][number][] = []
  for (const file of item.images) {
    const opened = await attempt(file, { of: 'image', faults })
    if (opened) images.push(imageFacts(opened, file))
  }
  for (const file of item.masks) {
    const opened = await attempt(file, { of: 'mask', faults })
    if (opened) masks.push({ ...maskFacts(opened, file), labels: file.labels, rule: file.rule })
  }
  return { id: item.id, group: item.group, split: item.split, images, masks, faults }
}

async function attempt(
  file: DataFile,
  { of, faults }: { of: FileFault['of']; faults: FileFault[] },
): Promise<OpenedData | undefined> {
  try {
    return await openDataFile(file)
  } catch (error) {
    if (!(error instanceof MedicalImageError)) throw error
    faults.push({ of, name: file.name, code: error.code, message: error.message })
    return undefined
  }
}
