/**
 * The cases of a run: read, checked and prepared before anything is trained; the same list when the run continues.
 *
 * Ids of the external data set carry the prefix `external/`, so that one list of ids can name cases of both sets.
 *
 * @module
 */
import { readIfThere, type Watching } from '@leanvox/app-shell'
import { writeJson } from '@leanvox/files'
import { prepareCases, readDataset, type CaseFileNames, type Dataset, type PreparedCase } from '@leanvox/io-medical'
import type { Config } from './config.ts'
import { runPaths, type RunPaths } from './run-folder.ts'
import { splitCases, subsetOfCases, type Split } from './split.ts'

const EXTERNAL = 'external/'

/** What `cases.json` holds: enough to load any case again, and what the user should know about the data. */
export interface StoredCases {
  readonly dataset: string
  readonly external: string | null
  readonly labels: Readonly<Record<string, number>>
  /** Foreground label values, ascending: the declared ones, or those that occur when none are declared. */
  readonly foreground: readonly number[]
  readonly channelNames: readonly string[]
  readonly files: readonly CaseFileNames[]
  readonly split: Split
  /** One sentence for each oddity of the data sets. */
  readonly warnings: readonly string[]
  /** One message for each case that was set aside. */
  readonly setAside: readonly string[]
}

/** Where the data lie and how they are treated. */
export interface CasesInput {
  readonly data: string
  readonly external: string | null
  readonly config: Config
}

/**
 * Reads and prepares every case, splits them and stores the outcome; a continued run takes the stored list.
 *
 * @throws MedicalImageError for the first unusable case when `onBadCase` is `stop`, or for an unusable data set;
 * RangeError when too few usable cases are left, or the external data set has other labels or channels
 */
export async function collectCases(
  paths: RunPaths,
  input: CasesInput,
  { progress, signal }: Watching,
): Promise<StoredCases> {
  const stored = await readStored(paths)
  if (stored !== null) return stored
  const dataset = limited(await readDataset(input.data), input.config)
  const external = input.external === null ? null : await readDataset(input.external)
  if (external !== null) assertSameTask(dataset, external)
  const how = { paths, config: input.config, progress, signal }
  const own = await prepare(dataset, how)
  const other = external === null ? null : await prepare(prefixed(external), how)
  const test = external === null ? input.config.split.test : 0
  const { seed, split: shares } = input.config
  const split = splitCases(own.ids, { validation: shares.validation, test, seed, source: input.data })
  if (other !== null && other.ids.length === 0)
    throw new RangeError(`${input.external}: expected at least one usable case, got none`)
  const cases: StoredCases = {
    dataset: dataset.name,
    external: external?.name ?? null,
    labels: dataset.labels,
    foreground: foregroundOf(dataset, [...own.values, ...(other?.values ?? [])]),
    channelNames: dataset.channelNames,
    files: [...own.files, ...(other?.files ?? [])],
    split: other === null ? split : { ...split, test: [...other.ids].sort() },
    warnings: [...dataset.warnings, ...(external?.warnings ?? [])],
    setAside: [...own.setAside, ...(other?.setAside ?? [])],
  }
  await writeJson(paths.cases, cases)
  return cases
}

/** The stored list, or null before the first run got that far. */
export async function readStored(paths: RunPaths): Promise<StoredCases | null> {
  return readIfThere<StoredCases>(paths.cases)
}

/** Prepared cases by id, from the run's cache; every id must be in the stored list. */
export async function loadPrepared(
  runFolder: string,
  ids: readonly string[],
  { stored, config }: { stored: StoredCases; config: Pick<Config, 'preprocessing'> },
): Promise<PreparedCase[]> {
  const files = ids.map((id) => {
    const found = stored.files.find((one) => one.id === id)
    if (found === undefined) throw new RangeError(`loadPrepared: expected an id of the run's cases, got ${id}`)
    return found
  })
  const { cases } = await prepareCases({ ...stored, cases: files }, prepareOptions(runPaths(runFolder), config))
  return cases
}

function foregroundOf({ labels }: Dataset, occurring: readonly number[]): number[] {
  const declared = Object.values(labels)
  const values = declared.length > 0 ? declared : occurring
  return [...new Set(values)].filter((value) => value > 0).sort((a, b) => a - b)
}

async function prepare(
  dataset: Dataset,
  { paths, config, progress, signal }: Watching & { paths: RunPaths; config: Config },
): Promise<{ ids: string[]; files: CaseFileNames[]; values: number[]; setAside: string[] }> {
  progress.begin(`preparing ${dataset.name}`, dataset.cases.length)
  const { cases, bad } = await prepareCases(dataset, {
    ...prepareOptions(paths, config),
    onBadCase: config.onBadCase,
    signal,
    onProgress: ({ id, source }) => progress.advance(`${id} (${source})`),
  })
  progress.end()
  const ids = cases.map(({ id }) => id)
  const files = dataset.cases.filter(({ id }) => ids.includes(id))
  const setAside = bad.map(({ message }) => message)
  for (const message of setAside) progress.note(`set aside: ${message}`)
  for (const warning of dataset.warnings) progress.note(`note: ${warning}`)
  return { ids, files, values: cases.flatMap(({ label }) => [...new Set(label)]), setAside }
}

function prepareOptions(paths: RunPaths, { preprocessing }: Pick<Config, 'preprocessing'>) {
  return { settings: preprocessing, cacheFolder: paths.cache }
}

function limited(dataset: Dataset, { maxCases, seed }: Config): Dataset {
  const kept = new Set(
    subsetOfCases(
      dataset.cases.map(({ id }) => id),
      { count: maxCases, seed },
    ),
  )
  return { ...dataset, cases: dataset.cases.filter(({ id }) => kept.has(id)) }
}

function prefixed(dataset: Dataset): Dataset {
  return { ...dataset, cases: dataset.cases.map((one) => ({ ...one, id: `${EXTERNAL}${one.id}` })) }
}

function assertSameTask(dataset: Dataset, external: Dataset): void {
  const text = ({ labels, channelNames }: Dataset) =>
    `labels ${JSON.stringify(Object.values(labels).sort())} and ${channelNames.length} channel(s)`
  if (text(dataset) !== text(external)) {
    throw new RangeError(`${external.folder}: expected ${text(dataset)} as in ${dataset.folder}, got ${text(external)}`)
  }
}
