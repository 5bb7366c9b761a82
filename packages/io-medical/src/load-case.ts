/**
 * One case, read and checked: images without NaN, channels and label on one grid, label values that dataset.json declares.
 *
 * Two grids are the same when their shapes are equal and no corner of the volume lies further apart than
 * `affineTolerance` times the smallest voxel spacing (0.1 by default, our choice: above the rounding of float32 headers
 * and quaternions, below anything visible).
 *
 * @module
 */
import type { CaseChecks, CaseFiles, LoadedCase, NamedBytes } from './case.ts'
import { decodeCase } from './decode-case.ts'
import type { CaseFileNames, Dataset } from './dataset.ts'
import { inCase, MedicalImageError } from './errors.ts'
import { readBytes } from './read-bytes.ts'

/**
 * The images and the label of a case, with every check.
 *
 * @throws MedicalImageError naming the file, what was expected and what was found
 */
export async function loadCase(
  item: CaseFileNames,
  dataset: Pick<Dataset, 'labels' | 'channelNames'>,
  checks: CaseChecks = {},
): Promise<LoadedCase> {
  try {
    return decodeCase({ id: item.id, ...(await readCaseFiles(item, checks)) }, dataset, checks)
  } catch (error) {
    throw inCase(error, item.id)
  }
}

/**
 * The bytes of a case's files.
 *
 * @throws MedicalImageError (not-found, unreadable, label-missing)
 */
export async function readCaseFiles(item: CaseFileNames, { requireLabel = true }: CaseChecks): Promise<CaseFiles> {
  const images: NamedBytes[] = []
  for (const name of item.images) images.push({ name, bytes: await readBytes(name, 'loadCase') })
  if (item.label === undefined) {
    if (!requireLabel) return { images }
    const fault = {
      code: 'label-missing',
      file: item.images[0],
      expected: 'a label for the image',
      found: 'none',
    } as const
    throw new MedicalImageError('loadCase', fault)
  }
  return { images, label: { name: item.label, bytes: await readLabel(item.label) } }
}

async function readLabel(path: string): Promise<Uint8Array> {
  try {
    return await readBytes(path, 'loadCase')
  } catch (cause) {
    if (!(cause instanceof MedicalImageError && cause.code === 'not-found')) throw cause
    throw new MedicalImageError(
      'loadCase',
      { ...faultOf(cause), code: 'label-missing', expected: 'a label' },
      { cause },
    )
  }
}

function faultOf({ file, found }: MedicalImageError): { file: string; found: string } {
  return { file, found }
}
