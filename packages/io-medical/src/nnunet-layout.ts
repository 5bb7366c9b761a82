/**
 * The nnU-Net v2 layout (Isensee et al. 2021): `imagesTr/<id>_<channel>.nii.gz`, `labelsTr/<id>.nii.gz`, found by name.
 *
 * With a `dataset` entry in dataset.json (its paths relative to the folder) that list counts instead of the folder. A case
 * lacks a file: it is listed all the same, so that checking the data set reports it.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { channelSuffix, type DatasetCase, type Listing } from './dataset.ts'

/** What listing needs of an nnU-Net dataset.json. */
export const nnunetFields = z.looseObject({
  file_ending: z.enum(['.nii.gz', '.nii']).default('.nii.gz'),
  dataset: z.record(z.string(), z.looseObject({ images: z.array(z.string()).min(1), label: z.string() })).optional(),
})

interface Source {
  readonly folder: string
  readonly channels: number
}

/** The cases of the folder, in order of their ids. */
export function listNnunet({ file_ending: ending, dataset }: z.infer<typeof nnunetFields>, source: Source): Listing {
  const { folder } = source
  const testCases = idsIn(join(folder, 'imagesTs'), ending).map((id) => imagesOf(id, 'imagesTs'))
  const cases = dataset
    ? Object.entries(dataset).map(([id, { images, label }]): DatasetCase => {
        return {
          id,
          images: images.map((path) => resolve(folder, path)),
          label: resolve(folder, label),
          split: 'training',
        }
      })
    : idsIn(join(folder, 'imagesTr'), ending).map((id) => withLabel(imagesOf(id, 'imagesTr')))
  return { cases, testCases, warnings: strayLabels(new Set(cases.map(({ id }) => id))) }

  function imagesOf(id: string, subfolder: string): DatasetCase {
    const file = (channel: number) => resolve(folder, subfolder, `${id}_${channelSuffix(channel)}${ending}`)
    return { id, images: Array.from({ length: source.channels }, (_, channel) => file(channel)), split: 'training' }
  }

  function withLabel(item: DatasetCase): DatasetCase {
    const label = resolve(folder, 'labelsTr', `${item.id}${ending}`)
    return existsSync(label) ? { ...item, label } : item
  }

  function strayLabels(ids: ReadonlySet<string>): string[] {
    const stray = filesIn(join(folder, 'labelsTr'), ending).filter((id) => !ids.has(id))
    return stray.map((id) => `labelsTr/${id}${ending} has no image in imagesTr; it is left out`)
  }
}

function idsIn(folder: string, ending: string): string[] {
  const ids = filesIn(folder, ending).flatMap((name) => /^(.+)_\d{4}$/.exec(name)?.[1] ?? [])
  return [...new Set(ids)]
}

// Hidden files (macOS writes `._name` beside each file) are none of the data.
function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith(ending) && !name.startsWith('.'))
  return names.map((name) => name.slice(0, -ending.length)).sort()
}
