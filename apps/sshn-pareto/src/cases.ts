/**
 * The cases of a run: read, checked, prepared and split before anything is trained; kept in the run folder, one file a
 * case, so that every training process reads the same numbers and a continued run needs no source.
 *
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@leanvox/app-shell'
import { readJson, writeFileAtomic, writeJson } from '@leanvox/files'
import { splitCases } from '@leanvox/io-medical'
import { createRng } from '@leanvox/random'
import { decodeSafetensors, encodeSafetensors, type PreparedCase } from '@leanvox/training'
import { affineFromSpacing, type Affine, type Shape3, type Spacing } from '@leanvox/volume'
import { dimensionsOf, type Config } from './config.ts'
import type { RunPaths } from './run-folder.ts'
import { readSource, type SourceCases } from './sources.ts'

/** The parts of a data set, as positions in `StoredCases.cases`. */
export interface Split {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly test: readonly number[]
}

/** What `cases.json` holds. */
export interface StoredCases {
  readonly dataset: string
  readonly labels: Readonly<Record<string, number>>
  /** Label values, background among them. */
  readonly classes: number
  readonly channels: number
  /** The shape that all images share; null for volumes, which may differ. */
  readonly shape: Shape3 | null
  readonly cases: readonly { readonly id: string; readonly file: string }[]
  readonly split: Split
  readonly warnings: readonly string[]
  /** One message for each case that was set aside. */
  readonly setAside: readonly string[]
}

/** What collecting cases is told. */
export interface CollectOptions {
  readonly data: string | null
  readonly config: Config
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Prepares, splits and stores the cases; a continued run takes what is stored.
 *
 * @throws MedicalImageError or RangeError for data that cannot be used, naming file or case
 */
export async function collectCases(paths: RunPaths, options: CollectOptions): Promise<StoredCases> {
  if (existsSync(paths.cases)) return readStored(paths)
  const { config, progress } = options
  const source = await readSource({ ...options, cacheFolder: paths.prepared })
  for (const message of source.setAside) progress.note(`set aside: ${message}`)
  for (const warning of source.warnings) progress.note(`note: ${warning}`)
  const prepared = source.cases.map((one) => one.prepared)
  checkAlike(prepared, config)
  await mkdir(paths.prepared, { recursive: true })
  const cases = prepared.map(({ id }) => ({ id, file: `${id.replace(/[^\w.-]/g, '_')}.safetensors` }))
  for (const [index, one] of prepared.entries()) await writeCase(join(paths.prepared, cases[index].file), one)
  const stored: StoredCases = {
    dataset: source.dataset,
    labels: source.labels,
    classes: 1 + Math.max(...Object.values(source.labels), 1),
    channels: prepared[0].channels,
    shape: dimensionsOf(config) === 2 ? prepared[0].shape : null,
    cases,
    split: split(source, config),
    warnings: source.warnings,
    setAside: source.setAside,
  }
  await writeJson(paths.cases, stored)
  return stored
}

/** `cases.json`. */
export async function readStored(paths: RunPaths): Promise<StoredCases> {
  return (await readJson(paths.cases)) as StoredCases
}

/** The cases of one part, in the stored order. */
export async function loadPart(paths: RunPaths, stored: StoredCases, part: keyof Split): Promise<PreparedCase[]> {
  return Promise.all(
    stored.split[part].map((index) => readCase(join(paths.prepared, stored.cases[index].file), stored.cases[index].id)),
  )
}

function split({ cases, dataset }: SourceCases, config: Config): Split {
  const { validation, test, seed } = config.split
  const parts = splitCases(cases, {
    fractions: { train: 1 - validation - test, validation, test },
    stratify: ({ stratum }) => stratum,
    rng: createRng(seed).split('split'),
  })
  const counts = `${parts.train.length}, ${parts.validation.length} and ${parts.test.length}`
  // Registration makes pairs within a part.
  const least = config.task === 'registration' ? 2 : 1
  if (Math.min(parts.train.length, parts.validation.length, parts.test.length) < least) {
    throw new RangeError(
      `${dataset}: expected at least ${least} training, validation and test cases, got ${counts} of ${cases.length} usable ones`,
    )
  }
  const { train, validation: chosenOn, test: held } = parts
  return { train, validation: chosenOn, test: held }
}

/** One network reads all cases: they must have the same channels and, being images, the same size. */
function checkAlike(cases: readonly PreparedCase[], config: Config): void {
  if (cases.length === 0) throw new RangeError('sshn-pareto: expected at least one usable case, got none')
  const [first] = cases
  const size = ({ shape }: PreparedCase) => `${shape[1]} x ${shape[2]}`
  for (const one of cases) {
    if (one.channels !== first.channels) {
      throw new RangeError(
        `sshn-pareto: expected ${first.channels} channels as in ${first.id}, got ${one.channels} in ${one.id}`,
      )
    }
    if (dimensionsOf(config) === 2 && size(one) !== size(first)) {
      throw new RangeError(
        `sshn-pareto: expected images of one size, ${size(first)} as in ${first.id} (set data.size to resize them), ` +
          `got ${size(one)} in ${one.id}`,
      )
    }
  }
}

async function writeCase(path: string, one: PreparedCase): Promise<void> {
  const { image, label, channels, shape, spacing, affine } = one
  const metadata = { spacing: JSON.stringify(spacing), affine: JSON.stringify(affine) }
  const tensors = { image: { shape: [channels, ...shape], data: image }, label: { shape: [...shape], data: label } }
  await writeFileAtomic(path, encodeSafetensors({ tensors, metadata }))
}

async function readCase(path: string, id: string): Promise<PreparedCase> {
  const { tensors, metadata } = decodeSafetensors(await readFile(path), { name: path })
  const [channels, ...shape] = tensors['image'].shape
  const spacing = JSON.parse(metadata['spacing'] ?? '[1,1,1]') as Spacing
  return {
    id,
    // The types are those that `writeCase` wrote.
    image: tensors['image'].data as Float32Array,
    label: tensors['label'].data as Uint8Array,
    channels,
    shape: shape as unknown as Shape3,
    spacing,
    affine: metadata['affine'] === undefined ? affineFromSpacing(spacing) : (JSON.parse(metadata['affine']) as Affine),
  }
}
