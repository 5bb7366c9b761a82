/**
 * Data sets on disk: dataset.json in the MSD or the nnU-Net v2 layout, told apart by its `training` list.
 *
 * Only dataset.json and folder names are read; whether the images are any good is for `inspectDataset`. What is missing
 * but can be guessed (channel names, background) is guessed with a warning; what contradicts itself is refused.
 *
 * @module
 */
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { channelNamesOf, labelsByName, type Refuse } from './dataset-labels.ts'
import { counted, type Dataset, type Listing } from './dataset.ts'
import { MedicalImageError, type MedicalImageErrorCode } from './errors.ts'
import { listMsd, msdLists } from './msd-layout.ts'
import { listNnunet, nnunetFields } from './nnunet-layout.ts'
import { readBytes } from './read-bytes.ts'
import type { ReadDatasetOptions } from './read-dataset.ts'

const common = z.looseObject({
  name: z.string().optional(),
  labels: z.record(z.string(), z.unknown()).optional(),
  modality: z.unknown().optional(),
  channel_names: z.unknown().optional(),
  numTraining: z.unknown().optional(),
})

/** As `readDataset`. */
export async function readDatasetJson(folder: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const file = join(folder, 'dataset.json')
  const refuse = refuser(file, 'bad-dataset')
  const json = parseJson(new TextDecoder().decode(await readBytes(file, 'readDataset')), file)
  const fields = checked(common, json, refuse)
  const warnings: string[] = []
  const labels = labelsOf(options.labels ?? fields.labels, { refuse, warnings })
  const channelNames = channelsOf(fields.channel_names ?? fields.modality, { refuse, warnings })
  const listing = list(json, { folder: resolve(folder), channels: channelNames.length, refuse })
  if (listing.cases.length === 0)
    refuse('training cases (a training list, or imagesTr/<id>_0000.nii.gz beside it)', 'none')
  warnings.push(...listing.warnings, ...countWarning(fields.numTraining, listing))
  const { cases, testCases } = listing
  const name = fields.name ?? basename(resolve(folder))
  return { folder: resolve(folder), name, channelNames, labels, cases, testCases, warnings }
}

function refuser(file: string, code: MedicalImageErrorCode): Refuse {
  return (expected, found) => {
    throw new MedicalImageError('readDataset', { code, file, expected, found })
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) // some editors begin a file with a byte order mark
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new MedicalImageError('readDataset', { code: 'bad-json', file, expected: 'JSON', found }, { cause })
  }
}

function checked<T extends z.ZodType>(schema: T, json: unknown, refuse: Refuse): z.infer<T> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [{ path, message }] = result.error.issues
  return refuse('the fields of an MSD or nnU-Net data set', `${path.join('.') || 'the whole file'}: ${message}`)
}

interface Notes {
  readonly refuse: Refuse
  readonly warnings: string[]
}

function labelsOf(
  raw: Readonly<Record<string, unknown>> | undefined,
  { refuse, warnings }: Notes,
): Record<string, number> {
  if (raw === undefined || Object.keys(raw).length === 0) {
    warnings.push('dataset.json declares no labels: every value from 0 to 255 is taken as one')
    return {}
  }
  const labels = labelsByName(raw, refuse)
  if ('ignore' in labels) warnings.push('the label "ignore" is treated as an ordinary label')
  if (Object.values(labels).includes(0)) return labels
  if ('background' in labels) refuse('"background" to be 0', `${labels['background']}`)
  warnings.push('dataset.json declares no label 0: it is taken as background')
  return { background: 0, ...labels }
}

function channelsOf(raw: unknown, { refuse, warnings }: Notes): string[] {
  if (raw !== undefined) return channelNamesOf(raw, refuse)
  warnings.push('dataset.json names no channels (modality or channel_names): one is assumed, named "image"')
  return ['image']
}

function list(
  json: unknown,
  { folder, channels, refuse }: { folder: string; channels: number; refuse: Refuse },
): Listing {
  const lists = checked(msdLists, json, refuse)
  if (lists.training ?? lists.validation) return listMsd(lists, { folder, channels })
  return listNnunet(checked(nnunetFields, json, refuse), { folder, channels })
}

function countWarning(declared: unknown, { cases }: Listing): string[] {
  const found = cases.filter(({ split }) => split === 'training').length
  if (typeof declared !== 'number' || declared === found) return []
  return [`dataset.json says numTraining ${declared}, but ${counted(found, 'training case')} were found`]
}
