/**
 * What every job of a worker shares: the configuration, the images in memory, and a started backend.
 *
 * @module
 */
import { startEngine, type EngineReport } from '@leanvox/engine'
import { prepareImages } from '@leanvox/io-medical'
import type { PreparedCase } from '@leanvox/training'
import { readStored, type StoredCases } from './cases.ts'
import type { Config } from './config.ts'
import { readImages } from './read-images.ts'
import { readRunConfig, type RunPaths } from './run-folder.ts'
import type { Subject } from './subjects.ts'

/** One image of the external folder: as the network sees it, and the mask at the file's own size. */
export interface ExternalCase {
  readonly prepared: PreparedCase
  readonly mask: Uint8Array
  readonly size: readonly [height: number, width: number]
}

/** Images by part, values in [0, 1]. */
export interface Images {
  readonly train: readonly PreparedCase[]
  readonly validation: readonly PreparedCase[]
  readonly test: readonly PreparedCase[]
  readonly external: readonly ExternalCase[]
}

export interface Workspace {
  readonly paths: RunPaths
  readonly config: Config
  readonly stored: StoredCases
  readonly images: Images
  /** By image id. */
  readonly subjects: ReadonlyMap<string, Subject>
  readonly engine: EngineReport
}

/** Reads a run folder that has its cases, loads the images and starts the backend. */
export async function loadWorkspace(paths: RunPaths): Promise<Workspace> {
  const { data, external, settings: config } = await readRunConfig(paths)
  const stored = await readStored(paths)
  if (stored === null) throw new RangeError(`loadWorkspace: expected ${paths.cases}, found none`)
  const engine = await startEngine({ backend: config.backend, precision: config.precision })
  const own = await loadById(data, config)
  const pick = (ids: readonly string[]) => ids.map((id) => found(own, id))
  const { train, validation, test } = stored.split
  return {
    paths,
    config,
    stored,
    images: {
      train: pick(train),
      validation: pick(validation),
      test: pick(test),
      external: external === null ? [] : await loadExternal(external, { config, stored }),
    },
    subjects: new Map([...stored.subjects, ...stored.externalSubjects].map((one) => [one.id, one])),
    engine,
  }
}

function found(cases: ReadonlyMap<string, PreparedCase>, id: string): PreparedCase {
  const one = cases.get(id)
  if (one === undefined) throw new RangeError(`loadWorkspace: expected image ${id} as when the run began, found none`)
  return one
}

async function loadById(folder: string, config: Config): Promise<Map<string, PreparedCase>> {
  const { cases } = await prepareImages(await readImages(folder, config), {
    size: config.data.size,
    channels: 3,
    onBadImage: 'skip',
  })
  return new Map(cases.map((one) => [one.id, one]))
}

async function loadExternal(
  folder: string,
  { config, stored }: { config: Config; stored: StoredCases },
): Promise<ExternalCase[]> {
  const dataset = await readImages(folder, { ...config, limit: false })
  const asSeen = await loadById(folder, { ...config, data: { ...config.data, maxImages: null } })
  const whole = await prepareImages(dataset, { size: null, channels: 1, onBadImage: 'skip' })
  const masks = new Map(whole.cases.map((one) => [one.id, one]))
  return stored.externalSubjects.map(({ id }) => {
    const { label, shape } = found(masks, id)
    return { prepared: found(asSeen, id), mask: label, size: [shape[1], shape[2]] }
  })
}
