/**
 * What runs the trials, from the command line: a module in child processes, or any program.
 *
 * A module of a study without a declared space runs in this process instead, since it asks for its parameters while it
 * runs; the limits of child processes then do not apply and are refused.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '@leanvox/app-shell'
import { inProcessExecutor, type Executor, type LocalObjective } from '@leanvox/hpo-search'
import { commandExecutor, processExecutor } from '@leanvox/hpo-search/node'
import type { StudyConfig } from './config.ts'
import { defined } from './defined.ts'

export interface ObjectiveArguments {
  readonly module?: string
  readonly export: string
  readonly workers: number
  /** Seconds. */
  readonly timeout?: number
  readonly heartbeat?: number
  /** Megabytes. */
  readonly memory?: number
}

/** The executor of `--module` or of the words after `--`. */
export async function executorOf(
  options: ObjectiveArguments,
  { command, config }: { command: readonly string[]; config: StudyConfig },
): Promise<Executor> {
  const { module, workers } = options
  if ((module === undefined) === (command.length === 0)) {
    const got = module === undefined ? 'neither' : 'both'
    throw new ConfigError(`run: expected either --module or a command after --, got ${got}`)
  }
  const limits = defined({
    timeoutMs: milliseconds(options.timeout),
    heartbeatTimeoutMs: milliseconds(options.heartbeat),
    memoryBytes: options.memory === undefined ? undefined : 1e6 * options.memory,
  })
  if (module === undefined) return commandExecutor({ command: command as [string, ...string[]], ...limits })
  const path = resolve(module)
  if (!existsSync(path)) throw new ConfigError(`--module: expected a module, got ${module}, which does not exist`)
  if (config.space !== undefined) {
    return processExecutor({ module: pathToFileURL(path), exportName: options.export, sideBySide: workers, ...limits })
  }
  if (Object.keys(limits).length > 0) {
    throw new ConfigError(
      'run: expected no --timeout, --heartbeat or --memory for a module without a declared space, got one',
    )
  }
  return inProcessExecutor(await importObjective(path, options.export))
}

async function importObjective(path: string, name: string): Promise<LocalObjective> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const objective = module[name]
  if (typeof objective === 'function') return objective as LocalObjective
  throw new ConfigError(`--module: expected ${path} to export a function ${name}, got ${typeof objective}`)
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : 1000 * seconds
}
