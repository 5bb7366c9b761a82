/**
 * Data sets to prepared cases, through a cache keyed by content and settings.
 *
 * The key is the SHA-256 of the bytes of every file of the case, the settings, the checks, the declared labels and
 * channels, and the format version below; a changed image, label or setting therefore never meets an old entry. Old
 * entries are left in the folder, which may be deleted at any time.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readEntry, writeEntry } from './case-cache.ts'
import type { CaseChecks, CaseFiles } from './case.ts'
import type { CaseFileNames, Dataset } from './dataset.ts'
import { decodeCase } from './decode-case.ts'
import { inCase, MedicalImageError } from './errors.ts'
import { readCaseFiles } from './load-case.ts'
import { preprocessCase, type PreparedCase, type PreprocessSettings } from './preprocess-case.ts'

/** Raised whenever preprocessing gives other values for the same files and settings. */
const FORMAT_VERSION = 1

/** How one case is prepared, and where the result is kept. */
export interface PrepareOptions extends CaseChecks {
  readonly settings: PreprocessSettings
  /** Made when missing. */
  readonly cacheFolder: string
}

/** How a whole data set is prepared. */
export interface PrepareAllOptions extends PrepareOptions {
  /** Default `'stop'`: the first bad case is thrown. `'skip'`: it is left out and reported. */
  readonly onBadCase?: 'stop' | 'skip'
  readonly onProgress?: (progress: PrepareProgress) => void
  readonly signal?: AbortSignal
}

/** One more case is done. */
export interface PrepareProgress {
  readonly done: number
  readonly total: number
  readonly id: string
  readonly source: 'cache' | 'files' | 'bad'
}

/**
 * Every case of a data set, prepared; all are held in memory.
 *
 * @returns the good cases in the order of `dataset.cases`, and the error of each bad one
 * @throws MedicalImageError for the first bad case unless `onBadCase` is `'skip'`; FileError when the cache cannot be written
 *
 * @example
 * const { cases, bad } = await prepareCases(dataset, { settings, cacheFolder: 'cache', onBadCase: 'skip' })
 */
export async function prepareCases(
  dataset: Pick<Dataset, 'labels' | 'channelNames'> & { readonly cases: readonly CaseFileNames[] },
  options: PrepareAllOptions,
): Promise<{ cases: PreparedCase[]; bad: MedicalImageError[] }> {
  const cases: PreparedCase[] = []
  const bad: MedicalImageError[] = []
  for (const [index, item] of dataset.cases.entries()) {
    options.signal?.throwIfAborted()
    const result = await prepareOrRefuse(item, dataset, options)
    if (result instanceof MedicalImageError) bad.push(result)
    else cases.push(result.prepared)
    const source = result instanceof MedicalImageError ? 'bad' : result.source
    options.onProgress?.({ done: index + 1, total: dataset.cases.length, id: item.id, source })
  }
  return { cases, bad }
}

/** One case, prepared: from the cache when it holds it, else from its files and then kept. */
export async function cachedCase(
  item: CaseFileNames,
  dataset: Pick<Dataset, 'labels' | 'channelNames'>,
  options: PrepareOptions,
): Promise<PreparedCase> {
  return (await prepareCase(item, dataset, options)).prepared
}

type Declared = Pick<Dataset, 'labels' | 'channelNames'>
interface Prepared {
  readonly prepared: PreparedCase
  readonly source: 'cache' | 'files'
}

async function prepareOrRefuse(
  item: CaseFileNames,
  dataset: Declared,
  options: PrepareAllOptions,
): Promise<Prepared | MedicalImageError> {
  try {
    return await prepareCase(item, dataset, options)
  } catch (error) {
    if (options.onBadCase === 'skip' && error instanceof MedicalImageError) return error
    throw error
  }
}

async function prepareCase(item: CaseFileNames, dataset: Declared, options: PrepareOptions): Promise<Prepared> {
  try {
    // Read once: the bytes that are hashed are the bytes that are decoded.
    const files = { id: item.id, ...(await readCaseFiles(item, options)) }
    const key = keyOf(files, dataset, options)
    const path = join(options.cacheFolder, `${item.id.replace(/[^\w.-]/g, '_')}-${key.slice(0, 16)}.case`)
    const kept = await readEntry(path, key)
    if (kept) return { prepared: kept, source: 'cache' }
    const prepared = preprocessCase(decodeCase(files, dataset, options), options.settings)
    await mkdir(options.cacheFolder, { recursive: true })
    await writeEntry(path, key, prepared)
    return { prepared, source: 'files' }
  } catch (error) {
    throw inCase(error, item.id)
  }
}

function keyOf(files: CaseFiles & { readonly id: string }, dataset: Declared, options: PrepareOptions): string {
  const { settings, affineTolerance = 0.1, allowEmptyLabel = false, requireLabel = true } = options
  const facts = {
    version: FORMAT_VERSION,
    id: files.id,
    images: files.images.map(({ bytes }) => sha256(bytes)),
    label: files.label ? sha256(files.label.bytes) : null,
    labels: Object.entries(dataset.labels),
    channelNames: dataset.channelNames,
    settings,
    checks: { affineTolerance, allowEmptyLabel, requireLabel },
  }
  return sha256(JSON.stringify(sorted(facts)))
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The same value with the keys of every object in one order, so that equal settings have equal text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
