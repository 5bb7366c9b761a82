/**
 * The Medical Segmentation Decathlon layout: dataset.json lists every file (Simpson et al. 2019).
 *
 * Paths are relative to the folder, `./` or not. A volume listed again is kept once and counted in a warning. nnU-Net v1
 * lists `la_003.nii.gz` where the folder holds `la_003_0000.nii.gz`: such files are found too.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { z } from 'zod'
import { caseOfChannel, channelSuffix, counted, stemOf, type DatasetCase, type Listing } from './dataset.ts'

const paths = z.union([z.string(), z.array(z.string()).min(1)])
const entry = z.union([paths, z.looseObject({ image: paths, label: z.string().optional() })])
const list = z.array(entry).optional()

/** The lists of an MSD dataset.json. */
export const msdLists = z.looseObject({ training: list, validation: list, test: list })

type Entry = z.infer<typeof entry>
type Split = 'training' | 'validation' | 'test'

interface Source {
  readonly folder: string
  readonly channels: number
}

/** The cases that the lists name, without looking into the files. */
export function listMsd(lists: z.infer<typeof msdLists>, source: Source): Listing {
  const found = new Map<string, DatasetCase>()
  const repeats = new Map<string, string[]>()
  const add = (entries: readonly Entry[] | undefined, split: Split) => {
    for (const item of entries ?? []) {
      const files = filesOf(item, source)
      const key = JSON.stringify([files.images, split === 'test' ? 'test' : files.label])
      repeats.set(key, [...(repeats.get(key) ?? []), split])
      if (!found.has(key)) found.set(key, { ...files, split: split === 'validation' ? split : 'training' })
    }
  }
  add(lists.training, 'training')
  add(lists.validation, 'validation')
  const cases = withUniqueIds([...found.values()])
  found.clear()
  add(lists.test, 'test')
  const testCases = withUniqueIds([...found.values()].map(({ id, images, split }) => ({ id, images, split })))
  return { cases, testCases, warnings: [...repeats].flatMap((repeat) => repeatWarning(repeat, source)) }
}

function filesOf(item: Entry, { folder, channels }: Source): Pick<DatasetCase, 'id' | 'images' | 'label'> {
  const { image, label } = typeof item === 'string' || Array.isArray(item) ? { image: item, label: undefined } : item
  const listed = (Array.isArray(image) ? image : [image]).map((path) => resolve(folder, path))
  const images = listed.length === 1 ? suffixed(listed[0], channels) : listed
  // Four digits at the end are a channel only where there are several files, `case_0001` may be a case.
  const id = listed.length === 1 ? stemOf(listed[0]) : caseOfChannel(listed[0])
  return label === undefined ? { id, images } : { id, images, label: resolve(folder, label) }
}

function suffixed(path: string, channels: number): string[] {
  const channelPath = (channel: number) => path.replace(/(\.nii(\.gz)?)?$/i, `_${channelSuffix(channel)}$1`)
  if (existsSync(path) || !existsSync(channelPath(0))) return [path]
  return Array.from({ length: channels }, (_, channel) => channelPath(channel))
}

// Different folders may hold files of one name; a second one gets a number.
function withUniqueIds(cases: readonly DatasetCase[]): DatasetCase[] {
  const used = new Set<string>()
  return cases.map((item) => {
    let id = item.id
    for (let copy = 2; used.has(id); copy++) id = `${item.id}-${copy}`
    used.add(id)
    return { ...item, id }
  })
}

function repeatWarning([key, splits]: [string, string[]], { folder }: Source): string[] {
  if (splits.length === 1) return []
  const [images] = JSON.parse(key) as [string[]]
  const where = [...new Set(splits)].map((split) => `${splits.filter((s) => s === split).length} in ${split}`)
  const path = relative(folder, images[0])
  return [`${path} is listed ${counted(splits.length, 'time')} (${where.join(', ')}); it is kept as one case`]
}
