/**
 * The folder of one run, and whether it may be continued with a given configuration.
 *
 * `config.json` pins what a run works on: once there are cases, other values are refused by name, since results of two
 * configurations in one folder would pass for results of one.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { readJson, writeJson } from '@leanvox/files'
import { changedKeys } from './changed-keys.ts'
import { ConfigError } from './config-error.ts'

/** The paths of a run folder that the shell works with; an app has more. */
export interface RunFolder {
  readonly folder: string
  readonly config: string
  readonly environment: string
  /** The file whose presence says that the run depends on its configuration. */
  readonly cases: string
}

export interface OpenRunOptions {
  /** Keys that may change from start to start; default none. */
  readonly isFree?: (key: string) => boolean
  /** The stored configuration to compare with; default `config.json` as it is. */
  readonly read?: () => Promise<unknown>
}

/**
 * Makes the folder and stores the configuration, or checks that a folder found there was made with the same one. As long
 * as a run has no cases (the data were refused), nothing depends on its configuration, and another one takes its place.
 *
 * @throws ConfigError naming each key that differs from the run's own `config.json`
 */
export async function openRunFolder(
  paths: RunFolder,
  wanted: object,
  { isFree = () => false, read = () => readJson(paths.config) }: OpenRunOptions = {},
): Promise<void> {
  await mkdir(paths.folder, { recursive: true })
  if (existsSync(paths.config) && existsSync(paths.cases)) {
    const changed = changedKeys(await read(), wanted)
    const refused = changed.filter((key) => !isFree(key))
    if (refused.length > 0) {
      throw new ConfigError(
        `${paths.config}: expected the configuration this run was started with, got other values for ` +
          `${refused.join(', ')} (use another --out folder for a new run)`,
      )
    }
    if (changed.length === 0) return
  }
  await writeJson(paths.config, wanted)
}

/** A run's `config.json` as it is, its settings not yet checked. @throws ConfigError for a folder that is no run */
export async function readStoredConfig<T>(paths: RunFolder): Promise<T> {
  if (!existsSync(paths.config)) {
    throw new ConfigError(`${paths.folder}: expected a run folder, found no config.json in it`)
  }
  return (await readJson(paths.config)) as T
}
