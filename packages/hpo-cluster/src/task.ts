/**
 * What a trial runs, as it travels to a worker: plain JSON.
 *
 * @module
 */
import { type AttemptLimits } from '@leanvox/hpo-search/node'

interface TaskBase extends AttemptLimits {
  /** A JSON value handed to the objective as `payload`. Default null. */
  readonly payload?: unknown
}

/** A module's function. Paths are looked up on the worker: relative ones from its working directory. */
export interface ModuleTask extends TaskBase {
  readonly module: string
  /** Default `'objective'`. */
  readonly exportName?: string
  /**
   * Whether the function may run inside the worker's process (no start-up, but work that blocks stops the heartbeat) or
   * in a child process each. Default `'child'`.
   */
  readonly isolation?: 'child' | 'in-process'
}

/** A program that prints JSON lines, see `commandExecutor`. */
export interface CommandTask extends TaskBase {
  readonly command: readonly [program: string, ...args: string[]]
  readonly cwd?: string
}

export type Task = ModuleTask | CommandTask

/**
 * Refuses what is no task.
 *
 * @throws TypeError
 */
export function checkTask(task: Task): Task {
  const { module, command } = task as Partial<ModuleTask & CommandTask>
  if ((typeof module === 'string') === Array.isArray(command)) {
    throw new TypeError(`task: expected either a module or a command, got ${JSON.stringify(task)}`)
  }
  return task
}
