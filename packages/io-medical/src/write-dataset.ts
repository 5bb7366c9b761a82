/**
 * Writing a data set in the MSD layout: imagesTr, labelsTr and, last, dataset.json.
 *
 * A folder without dataset.json is no data set, so one whose writing was stopped is never taken for whole. Cases with a
 * label become training cases, cases without one test cases in imagesTs. Several channels become one 4D file, as MSD does.
 *
 * @module
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJson } from '@leanvox/files'
import type { Volume } from '@leanvox/volume'
import { writeNifti } from './write-nifti.ts'

/** One case to write. */
export interface WritableCase {
  /** Becomes the file name; letters, digits, `.`, `_` and `-`. */
  readonly id: string
  /** One volume per channel, or the only one. */
  readonly image: Volume | readonly Volume[]
  readonly label?: Volume
}

/** A data set to write. */
export interface WritableDataset {
  readonly name: string
  readonly channelNames: readonly string[]
  /** Label values by name, background included. */
  readonly labels: Readonly<Record<string, number>>
  /** May be made one by one, so that memory holds one case. */
  readonly cases: Iterable<WritableCase> | AsyncIterable<WritableCase>
}

interface Entry {
  readonly image: string
  readonly label: string
}

/**
 * Writes the data set into a folder, made when missing; files of the same names are replaced.
 *
 * @throws RangeError for an id that is no file name or comes twice, a wrong number of channels, values that do not fit;
 *   FileError of `@leanvox/files` when the disk refuses
 */
export async function writeDataset(folder: string, dataset: WritableDataset): Promise<void> {
  const training: Entry[] = []
  const test: string[] = []
  const ids = new Set<string>()
  // An old dataset.json would vouch for a mixture of old and new files.
  await rm(join(folder, 'dataset.json'), { force: true })
  for await (const item of dataset.cases) {
    assertWritable(item, dataset.channelNames)
    if (ids.has(item.id)) throw new RangeError(`writeDataset: expected distinct case ids, got ${item.id} twice`)
    ids.add(item.id)
    const image = `./images${item.label ? 'Tr' : 'Ts'}/${item.id}.nii.gz`
    const label = `./labelsTr/${item.id}.nii.gz`
    await writeInto(folder, image, item.image)
    if (item.label) await writeInto(folder, label, item.label)
    if (item.label) training.push({ image, label })
    else test.push(image)
  }
  await writeJson(join(folder, 'dataset.json'), description(dataset, { training, test }))
}

async function writeInto(folder: string, path: string, content: Volume | readonly Volume[]): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  const isLabel = path.startsWith('./labels')
  await writeNifti(join(folder, path), content, isLabel ? { datatype: 'uint8' } : {})
}

function assertWritable({ id, image }: WritableCase, channelNames: readonly string[]): void {
  if (!/^\w[\w.-]*$/.test(id)) {
    throw new RangeError(
      `writeDataset: expected a case id of letters, digits, '.', '_' and '-', got ${JSON.stringify(id)}`,
    )
  }
  const channels = Array.isArray(image) ? image.length : 1
  if (channels !== channelNames.length) {
    throw new RangeError(`writeDataset: expected ${channelNames.length} channels in ${id}, got ${channels}`)
  }
}

function description(
  { name, channelNames, labels }: WritableDataset,
  { training, test }: { training: readonly Entry[]; test: readonly string[] },
): object {
  return {
    name,
    tensorImageSize: channelNames.length > 1 ? '4D' : '3D',
    modality: Object.fromEntries(channelNames.map((channel, i) => [i, channel])),
    labels: Object.fromEntries(Object.entries(labels).map(([label, value]) => [value, label])),
    numTraining: training.length,
    numTest: test.length,
    training,
    test,
  }
}
