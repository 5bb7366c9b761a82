/**
 * The images of a run: read, checked and split before anything is trained; the same list when the run continues.
 *
 * @module
 */
import { basename } from 'node:path'
import { readIfThere, type Watching } from '@leanvox/app-shell'
import { writeJson } from '@leanvox/files'
import { prepareImages, splitCases, type ImageDataset } from '@leanvox/io-medical'
import { createRng } from '@leanvox/random'
import type { Config } from './config.ts'
import { readImages } from './read-images.ts'
import type { RunPaths } from './run-folder.ts'
import { subjectOf, type Subject } from './subjects.ts'

/** Ids of the images of each part. */
export interface Split {
  readonly train: readonly string[]
  readonly validation: readonly string[]
  readonly test: readonly string[]
}

/** What `cases.json` holds. */
export interface StoredCases {
  readonly dataset: string
  readonly external: string | null
  readonly subjects: readonly Subject[]
  readonly externalSubjects: readonly Subject[]
  readonly split: Split
  /** One sentence for each oddity of the data, counted. */
  readonly warnings: readonly string[]
  /** One message for each image that was set aside. */
  readonly setAside: readonly string[]
}

/** Where the images lie and how they are treated. */
export interface CasesInput {
  readonly data: string
  readonly external: string | null
  readonly config: Config
}

/**
 * Reads every image once, measures it, splits the lesions and stores the outcome; a continued run takes the stored list.
 *
 * @throws MedicalImageError for the first unusable image when `onBadImage` is `stop`, or for an unusable folder; RangeError
 *   when too few usable images are left
 */
export async function collectCases(paths: RunPaths, input: CasesInput, watching: Watching): Promise<StoredCases> {
  const stored = await readStored(paths)
  if (stored !== null) return stored
  const own = await measure(await readImages(input.data, input.config), input.config, watching)
  const other =
    input.external === null
      ? null
      : await measure(await readImages(input.external, { ...input.config, limit: false }), input.config, watching)
  const usable = own.subjects.filter(({ area }) => area !== null)
  const { split, warnings } = splitSubjects(usable, input)
  const bare = own.subjects.length - usable.length
  const cases: StoredCases = {
    dataset: basename(input.data),
    external: input.external === null ? null : basename(input.external),
    subjects: usable,
    externalSubjects: other?.subjects.filter(({ area }) => area !== null) ?? [],
    split,
    warnings: [
      ...own.warnings,
      ...(bare > 0
        ? [`${bare} ${bare === 1 ? 'image' : 'images'} without a mask left out: nothing could score them`]
        : []),
      ...warnings,
      ...(other?.warnings ?? []).map((warning) => `external: ${warning}`),
    ],
    setAside: [...own.setAside, ...(other?.setAside ?? [])],
  }
  for (const message of cases.setAside) watching.progress.note(`set aside: ${message}`)
  for (const warning of cases.warnings) watching.progress.note(`note: ${warning}`)
  await writeJson(paths.cases, cases)
  return cases
}

/** The stored list, or null before the first run got that far. */
export async function readStored(paths: RunPaths): Promise<StoredCases | null> {
  return readIfThere<StoredCases>(paths.cases)
}

interface Measured {
  readonly subjects: readonly Subject[]
  readonly warnings: readonly string[]
  readonly setAside: readonly string[]
}

async function measure(dataset: ImageDataset, config: Config, { progress, signal }: Watching): Promise<Measured> {
  progress.note(`reading ${dataset.cases.length} images of ${dataset.name}`)
  const prepared = await prepareImages(dataset, {
    size: config.data.size,
    channels: 3,
    onBadImage: config.data.onBadImage,
    signal,
  })
  return {
    subjects: prepared.cases.map((one) => subjectOf(one, config.data.columns)),
    warnings: [...dataset.warnings, ...prepared.warnings],
    setAside: prepared.bad.map(({ message }) => message),
  }
}

/** Training, validation and test images: all images of a lesion on one side, diagnoses in proportion. */
export function splitSubjects(
  subjects: readonly Subject[],
  { data, config }: Pick<CasesInput, 'data' | 'config'>,
): { readonly split: Split; readonly warnings: readonly string[] } {
  const { validation, test, seed } = config.split
  const parts = splitCases(subjects, {
    fractions: { train: 1 - validation - test, validation, test },
    group: ({ lesion }) => lesion,
    stratify: ({ diagnosis }) => diagnosis ?? 'missing',
    rng: createRng(seed).split('split'),
  })
  const split = {
    train: parts.train.map((index) => subjects[index].id),
    validation: parts.validation.map((index) => subjects[index].id),
    test: parts.test.map((index) => subjects[index].id),
  }
  const sizes = Object.entries({ training: split.train, validation: split.validation, test: split.test })
  const least = { training: 2, validation: 1, test: 1 } as Record<string, number>
  if (sizes.some(([name, ids]) => ids.length < least[name])) {
    throw new RangeError(
      `${data}: expected enough images for at least 2 training, 1 validation and 1 test images, got ${subjects.length} usable with a mask`,
    )
  }
  return { split, warnings: parts.warnings.map((warning) => `split: ${warning}`) }
}
