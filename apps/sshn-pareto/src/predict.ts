/**
 * Segmentation of one new image with a run's network at a factor, or with an exported plain U-Net.
 *
 * The image is prepared as those of the training were, and the label map is brought back to the image's own grid: nearest
 * pixel in a PNG (grey value = label number), nearest voxel in a NIfTI file.
 *
 * @module
 */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { encode } from 'fast-png'
import { ConfigError } from '@leanvox/app-shell'
import { disposeAll, startEngine, toTensors, type NamedArrays } from '@leanvox/engine'
import { writeFileAtomic } from '@leanvox/files'
import {
  loadCase,
  prepareImages,
  preprocessCase,
  readImage2d,
  readVolume,
  resizeLabels,
  writeNifti,
} from '@leanvox/io-medical'
import type { UNetSpec } from '@leanvox/nets'
import { exportedNetwork } from '@leanvox/sshn'
import { loadWeights, slidingWindowPredict, type PatchSize } from '@leanvox/training'
import { resample } from '@leanvox/volume'
import { exportedAt, openForReading, wantedPhi, type ModelArguments } from './after-training.ts'
import type { Config } from './config.ts'
import type { DataConfig } from './data-config.ts'
import { spatialOf } from './methods.ts'

export interface PredictArguments extends Omit<ModelArguments, 'out'> {
  /** A run folder or an exported file. */
  readonly model: string
  /** One file; the channels of a volume with commas between. */
  readonly image: string
  readonly to: string
}

/** A plain U-Net and what its images must be like. */
interface DeployedModel {
  readonly spec: UNetSpec
  readonly weights: NamedArrays
  readonly phi: number
  readonly task: Config['task']
  readonly data: DataConfig
  readonly patchSize: PatchSize
}

interface LabelMap {
  readonly write: (path: string) => Promise<void>
  readonly counts: ReadonlyMap<number, number>
}

/** Writes the label map; answers with lines that say what was done. */
export async function predict(options: PredictArguments): Promise<string[]> {
  // Before the model: predicting its weights needs the engine too.
  await startEngine({ backend: options.backend ?? 'auto' })
  const model = await openModel(options)
  if (model.task !== 'segmentation') {
    throw new ConfigError(`${options.model}: expected a model for segmentation, got one for ${model.task}`)
  }
  const network = exportedNetwork(model)
  const weights = toTensors(model.weights)
  try {
    const { write, counts } = await labelMapOf(options, model, (image) =>
      slidingWindowPredict({ network, weights }, image, { patchSize: model.patchSize }),
    )
    const to = resolve(options.to)
    await write(to)
    const parts = [...counts].sort(([a], [b]) => a - b).map(([label, count]) => `${count} of label ${label}`)
    return [`phi ${model.phi}: ${to} (${parts.join(', ')})`]
  } finally {
    disposeAll(weights)
  }
}

async function openModel(options: PredictArguments): Promise<DeployedModel> {
  const path = resolve(options.model)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    const run = await openForReading(path)
    const phi = await wantedPhi(run, { ...options, out: path })
    const { spec, weights } = await exportedAt(run, options, phi)
    const patchSize = (run.config.training.patchSize ?? spatialOf(run)) as PatchSize
    return { spec, weights, phi, task: run.config.task, data: run.config.data, patchSize }
  }
  if (options.phi !== undefined || options.budget !== undefined) {
    throw new RangeError(
      `--model ${path}: expected a run folder with --phi or --budget, got a file, which has its own φ`,
    )
  }
  const { weights, metadata } = await loadWeights(path)
  if (metadata['format'] !== 'leanvox-unet') {
    throw new ConfigError(`${path}: expected a U-Net written by sshn-pareto export, got other weights`)
  }
  const parsed = (key: string) => JSON.parse(metadata[key]) as unknown
  return {
    spec: parsed('spec') as UNetSpec,
    weights,
    phi: parsed('phi') as number,
    task: metadata['task'] as Config['task'],
    data: parsed('data') as DataConfig,
    patchSize: parsed('patchSize') as PatchSize,
  }
}

type Segment = (image: Parameters<typeof slidingWindowPredict>[1]) => Promise<{ labelMap: Uint8Array }>

async function labelMapOf(
  options: PredictArguments,
  { data, spec, patchSize }: DeployedModel,
  segment: Segment,
): Promise<LabelMap> {
  const paths = options.image.split(',').map((path) => resolve(path))
  if (data.source === 'slices') {
    throw new ConfigError(`${options.model}: expected a model of images or volumes, got one of slices`)
  }
  const ending = data.source === 'volumes' ? /\.nii(\.gz)?$/i : /\.png$/i
  if (!ending.test(options.to)) {
    const expected = data.source === 'volumes' ? '.nii or .nii.gz' : '.png'
    throw new RangeError(`--to: expected a path ending with ${expected}, got ${options.to}`)
  }
  if (data.source === 'volumes') {
    if (paths.length !== spec.inChannels)
      throw channelsError(options, { expected: spec.inChannels, found: paths.length })
    return volumeLabels(paths, data, segment)
  }
  const channels = spec.inChannels as 1 | 3
  const size = patchSize.slice(-2) as [number, number]
  const stored = await readImage2d(paths[0])
  const found = stored.channels > 2 ? 3 : 1
  // A photograph may be made grey as in training; colour cannot be made up.
  if (found < channels) throw channelsError(options, { expected: channels, found })
  const intensity = data.source === 'wbc' ? data.intensity : ({ kind: 'none' } as const)
  const { cases } = await prepareImages(
    {
      cases: [{ id: 'image', image: paths[0], mask: null, metadata: {} }],
      masks: { kind: 'values', labels: { 0: 0 } },
    },
    { size, channels, intensity },
  )
  const { labelMap } = await segment(cases[0])
  const { height, width } = stored
  const labels = resizeLabels(labelMap, { from: size, to: [height, width] })
  return {
    counts: countsOf(labels),
    write: (path) => writeFileAtomic(path, encode({ width, height, data: labels, channels: 1, depth: 8 })),
  }
}

function channelsError(
  { image }: PredictArguments,
  { expected, found }: { expected: number; found: number },
): RangeError {
  return new RangeError(`--image ${image}: expected ${expected} channels as in training, got ${found}`)
}

async function volumeLabels(
  paths: readonly string[],
  settings: Extract<DataConfig, { source: 'volumes' }>,
  segment: Segment,
): Promise<LabelMap> {
  const names = paths.map((_, index) => `channel ${index}`)
  const item = { id: 'image', images: [...paths] }
  const loaded = await loadCase(item, { labels: {}, channelNames: names }, { requireLabel: false })
  const { spacing, intensity, cropForeground } = settings
  const prepared = preprocessCase(loaded, { spacing, intensity, cropForeground })
  const { labelMap } = await segment(prepared)
  const { shape, affine } = await readVolume(paths[0])
  const found = { data: labelMap, shape: prepared.shape, spacing: prepared.spacing, affine: prepared.affine }
  const back = resample(found, { shape, affine, interpolation: 'nearest', outside: 0 })
  return { counts: countsOf(back.data), write: (path) => writeNifti(path, back, { datatype: 'uint8' }) }
}

function countsOf(labels: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}
