/**
 * Cases from each of the four sources, prepared as training takes them.
 *
 * @module
 */
import { join } from 'node:path'
import type { Progress } from '@leanvox/app-shell'
import {
  isMedicalImageError,
  prepareCases,
  prepareImages,
  readDataset,
  WBC_LABELS,
  wbcDataset,
  type MedicalImageError,
} from '@leanvox/io-medical'
import { cellPhantom } from '@leanvox/phantoms'
import { createRng } from '@leanvox/random'
import type { PreparedCase } from '@leanvox/training'
import type { Config } from './config.ts'
import type { DataConfig } from './data-config.ts'
import { largestSlice } from './slices.ts'

/** A case and the part of the data it comes from, which the split keeps in proportion. */
export interface SourcedCase {
  readonly stratum: string
  readonly prepared: PreparedCase
}

/** What a source gives. */
export interface SourceCases {
  readonly dataset: string
  /** Names by label value, background among them. */
  readonly labels: Readonly<Record<string, number>>
  readonly cases: readonly SourcedCase[]
  readonly warnings: readonly string[]
  /** One message for each case that was set aside. */
  readonly setAside: readonly string[]
}

/** Where to read from and whom to tell. */
export interface SourceInput {
  /** Folder of the data; null for phantoms. */
  readonly data: string | null
  readonly config: Pick<Config, 'data' | 'onBadCase'>
  /** Where prepared volumes may be kept. */
  readonly cacheFolder: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

type Source<Name extends DataConfig['source']> = Extract<DataConfig, { source: Name }>

/**
 * Every usable case of the configured source.
 *
 * @throws RangeError when a folder is missing or given where none is needed; MedicalImageError for data that cannot be used
 */
export async function readSource(input: SourceInput): Promise<SourceCases> {
  const { data } = input.config
  if (data.source === 'phantoms') {
    if (input.data !== null) throw new RangeError(`--data: expected none for data.source phantoms, got ${input.data}`)
    return phantoms(data)
  }
  if (input.data === null) {
    throw new RangeError(`--data: expected the folder of the data for data.source ${data.source}, got nothing`)
  }
  if (data.source === 'wbc') return whiteBloodCells(input.data, data, input)
  return volumes(input.data, data, input)
}

function phantoms({ count, size, seed }: Source<'phantoms'>): SourceCases {
  const cases = Array.from({ length: count }, (_, index) => ({
    stratum: 'phantom',
    prepared: cellPhantom({ seed, case: index, shape: [1, ...size] }),
  }))
  return {
    dataset: 'Cell phantoms',
    labels: { background: 0, cytoplasm: 1, nucleus: 2 },
    cases,
    warnings: [],
    setAside: [],
  }
}

async function whiteBloodCells(
  folder: string,
  { sets, size, channels, intensity, maxCases }: Source<'wbc'>,
  { config, progress, signal }: SourceInput,
): Promise<SourceCases> {
  const parts = []
  for (const set of sets) {
    const dataset = await wbcDataset(folder, { set })
    progress.note(`preparing ${dataset.name}: ${dataset.cases.length} images`)
    const part = await prepareImages(dataset, { size, channels, intensity, onBadImage: config.onBadCase, signal })
    const grey = channels === 3 ? part.cases.filter(isGrey).map((one) => greyMessage(one.id, dataset.cases)) : []
    if (grey.length > 0 && config.onBadCase === 'stop') throw new RangeError(grey[0])
    parts.push({
      set,
      cases: part.cases.filter((one) => channels === 1 || !isGrey(one)),
      setAside: [...part.bad.map(messageOf), ...grey],
      warnings: [...dataset.warnings, ...part.warnings],
    })
  }
  const cases = parts.flatMap(({ set, cases }) =>
    cases.map((one) => ({ stratum: `set ${set}`, prepared: { ...one, id: `set${set}-${one.id}` } })),
  )
  return {
    dataset: `White blood cells, set${sets.length > 1 ? 's' : ''} ${sets.join(' and ')}`,
    labels: WBC_LABELS,
    cases: limited(cases, maxCases),
    warnings: parts.flatMap(({ warnings }) => warnings),
    setAside: parts.flatMap(({ setAside }) => setAside),
  }
}

/** Whether all three planes are the same: the picture was grey and made to look like a photograph. */
function isGrey({ image }: PreparedCase): boolean {
  const size = image.length / 3
  return image.every((value, i) => value === image[i % size])
}

function greyMessage(id: string, cases: readonly { readonly id: string; readonly image: string }[]): string {
  const file = cases.find((one) => one.id === id)?.image ?? id
  return `${file}: expected 3 channels (data.channels), got a grey picture`
}

async function volumes(
  folder: string,
  settings: Source<'volumes'> | Source<'slices'>,
  { config, cacheFolder, progress, signal }: SourceInput,
): Promise<SourceCases> {
  const dataset = await readDataset(folder)
  const chosen = limited(dataset.cases, settings.maxCases)
  progress.begin(`preparing ${dataset.name}`, chosen.length)
  const { cases, bad } = await prepareCases(
    { ...dataset, cases: chosen },
    {
      settings: {
        spacing: settings.spacing,
        intensity: settings.intensity,
        cropForeground: settings.cropForeground,
      },
      cacheFolder: join(cacheFolder, 'volumes'),
      onBadCase: config.onBadCase,
      signal,
      onProgress: ({ id, source }) => progress.advance(`${id} (${source})`),
    },
  )
  progress.end()
  return {
    dataset: settings.source === 'slices' ? `${dataset.name}, slices` : dataset.name,
    labels: dataset.labels,
    cases: cases.map((one) => ({
      stratum: 'case',
      prepared: settings.source === 'slices' ? largestSlice(one, settings.size) : one,
    })),
    warnings: dataset.warnings,
    setAside: bad.map(messageOf),
  }
}

/** A seeded subset in the order given; everything when `count` is null or not below their number. */
function limited<T>(items: readonly T[], count: number | null): readonly T[] {
  if (count === null || count >= items.length) return items
  const kept = new Set(
    createRng(0)
      .split('subset')
      .shuffle([...items.keys()])
      .slice(0, count),
  )
  return items.filter((_, index) => kept.has(index))
}

function messageOf(error: MedicalImageError | Error): string {
  return isMedicalImageError(error) ? error.message : String(error)
}
