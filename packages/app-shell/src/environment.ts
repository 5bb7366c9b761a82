/**
 * `environment.json`: machine and software of a run, so that its numbers can be judged later.
 *
 * @module
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'
import { writeJson } from '@leanvox/files'
import type { RunFolder } from './run-folder.ts'

/** The machine and software of a run. */
export interface Environment {
  readonly node: string
  readonly platform: string
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly startedAt: string
  readonly command: string
  readonly commit: string | null
}

/** Writes `environment.json` when the run begins; a run continued with its cases keeps the first one. */
export async function recordEnvironment(
  paths: RunFolder,
  facts: Pick<Environment, 'startedAt' | 'command' | 'commit'>,
): Promise<void> {
  if (existsSync(paths.environment) && existsSync(paths.cases)) return
  const environment: Environment = {
    node: process.version,
    platform: `${platform()} ${release()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    ...facts,
  }
  await writeJson(paths.environment, environment)
}

/** The commit of the working directory, null outside a checkout. */
export function currentCommit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return null // an installed package has no history
  }
}
