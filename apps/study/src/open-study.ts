/**
 * A study by name: the one named, or the only one of its storage, with the configuration it was made with.
 *
 * @module
 */
import { ConfigError } from '@leanvox/app-shell'
import { createStudy, inMemoryStorage, loadStudy, studyNames, type Storage, type Study } from '@leanvox/hpo-search'
import { configKey, parseStudyConfig, spaceOf, type StudyConfig } from './config.ts'
import { defined } from './defined.ts'
import { prunerOf } from './pruners.ts'
import { samplerOf } from './samplers.ts'

export interface OpenedStudy {
  readonly study: Study
  readonly config: StudyConfig
}

/**
 * Makes a study, keeps its configuration with it and queues what should be tried first. It is made in memory before, so
 * that a configuration that does not fit together leaves nothing in the storage.
 */
export async function makeStudy(
  storage: Storage,
  { name, config }: { name: string; config: StudyConfig },
): Promise<OpenedStudy> {
  await fillStorage(inMemoryStorage(), { name, config })
  return { study: await fillStorage(storage, { name, config }), config }
}

async function fillStorage(storage: Storage, { name, config }: { name: string; config: StudyConfig }): Promise<Study> {
  const study = (await createStudy({ ...partsOf(config), name, storage, directions: config.directions })) as Study
  await study.setUserAttribute(configKey, config)
  // Whether the values fit the space is looked at by the study; their types are not known here.
  for (const params of config.enqueue) await study.enqueueTrial(params as never)
  return study
}

/**
 * Opens a study.
 *
 * @param config replaces the stored configuration for this run; what was recorded must fit it
 * @throws ConfigError when there is none, or several and no name
 */
export async function findStudy(
  storage: Storage,
  { name, config }: { name?: string | undefined; config?: StudyConfig | undefined },
): Promise<OpenedStudy> {
  const names = await studyNames(storage)
  const chosen = name ?? (names.length === 1 ? names[0] : undefined)
  if (chosen === undefined || !names.includes(chosen)) {
    const known = names.length === 0 ? 'none' : names.join(', ')
    throw new ConfigError(`--name: expected one of the studies there (${known}), got ${name ?? 'nothing'}`)
  }
  const used = config ?? (await storedConfig(storage, chosen))
  return { study: (await loadStudy({ ...partsOf(used), name: chosen, storage })) as Study, config: used }
}

async function storedConfig(storage: Storage, name: string): Promise<StudyConfig> {
  const { userAttributes, directions } = await loadStudy({ name, storage })
  return parseStudyConfig(userAttributes[configKey] ?? { directions }, `study ${name}`)
}

function partsOf(config: StudyConfig) {
  const { sampler, pruner } = config
  return { ...defined({ space: spaceOf(config) }), sampler: samplerOf(sampler), pruner: prunerOf(pruner) }
}
