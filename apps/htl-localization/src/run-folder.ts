/**
 * The folder of one run: where everything lies, and whether it may be continued with a given configuration.
 *
 * Every file is written whole or not at all, so that whatever is found here after a kill can be trusted.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openRunFolder, readStoredConfig, type RunFolder } from '@leanvox/app-shell'
import { parseConfig, type Config } from './config.ts'

/** Paths below a run folder. */
export interface RunPaths extends RunFolder {
  readonly results: string
  readonly analysis: string
  readonly report: string
  readonly jobs: string
}

/** The paths below `folder`; nothing is read or made. */
export function runPaths(folder: string): RunPaths {
  const at = (name: string) => join(folder, name)
  return {
    folder,
    config: at('config.json'),
    environment: at('environment.json'),
    cases: at('cases.json'),
    results: at('results.json'),
    analysis: at('analysis.json'),
    report: at('report.html'),
    jobs: at('jobs'),
  }
}

/** The folder of one job: `name` is its path of words and numbers. */
export function jobFolder({ jobs }: RunPaths, name: string): string {
  return join(jobs, ...name.split('/').map((part) => part.replace(/[^\w.-]/g, '_')))
}

/** What a run works on, stored beside its settings because a run cannot be continued on other data. */
export interface StoredConfig {
  readonly data: string
  /** A second folder, scored at its own size and never trained on. */
  readonly external: string | null
  readonly settings: Config
}

/** Keys that say which jobs are run and how, but change no number of a finished job. */
const FREE_KEYS = /^settings\.(?:settings|arms|seeds|sweep|analysis|execution)(?:\.|$)/

/** The block of the configuration that each setting's trainings rest on. */
const BLOCKS = {
  supervised: 'supervised',
  'semi-supervised': 'semiSupervised',
  'weakly-supervised': 'weaklySupervised',
} as const

/**
 * Makes the folder and stores the configuration, or checks that a folder found there was made with the same one. Jobs may
 * be added, analysis and execution changed, and a setting's own block as long as none of its trainings has begun. As long
 * as a run has no cases (the data were refused), nothing depends on its configuration, and another one takes its place.
 *
 * @throws ConfigError naming each key that differs from the run's own `config.json`
 */
export async function openRun(paths: RunPaths, wanted: StoredConfig): Promise<void> {
  await openRunFolder(paths, wanted, { isFree: (key) => isFree(key, paths) })
}

function isFree(key: string, paths: RunPaths): boolean {
  if (FREE_KEYS.test(key)) return true
  const begun = (setting: string) => [setting, `sweep/${setting}`].some((name) => existsSync(jobFolder(paths, name)))
  return Object.entries(BLOCKS).some(([setting, block]) => key.startsWith(`settings.${block}.`) && !begun(setting))
}

/** The configuration a run was started with. */
export async function readRunConfig(paths: RunPaths): Promise<StoredConfig> {
  const stored = await readStoredConfig<StoredConfig>(paths)
  return { ...stored, settings: parseConfig(stored.settings, paths.config) }
}
