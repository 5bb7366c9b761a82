/**
 * The executor that a worker runs a task with, and the request it is given.
 *
 * @module
 */
import {
  inProcessExecutor,
  type Executor,
  type LocalObjective,
  type ObjectiveContext,
  type Trial,
  type TrialOutcome,
  type TrialRequest,
} from '@leanvox/hpo-search'
import { commandExecutor, processExecutor, type AttemptLimits } from '@leanvox/hpo-search/node'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AttemptRequest } from './attempts.ts'
import { checkTask, type ModuleTask, type Task } from './task.ts'

export interface RunAttemptOptions {
  readonly report: TrialRequest['report']
  readonly signal: AbortSignal
  /** Slots of this worker: child processes share the cores between them. */
  readonly sideBySide: number
  /** Set for child processes and commands, beside this process's own. */
  readonly env: Readonly<Record<string, string>>
  readonly onOutput?: (text: string) => void
}

/** Runs one attempt here; never rejects. */
export async function runAttempt(request: AttemptRequest, options: RunAttemptOptions): Promise<TrialOutcome> {
  const { studyName, number, attempt, params, task } = request
  const { report, signal } = options
  try {
    const trial = remoteTrial(number, params as Trial['params'])
    return await executorFor(task, options).run({ studyName, number, attempt, params, trial, report, signal })
  } catch (error) {
    return { state: 'fail', reason: error instanceof Error ? error.message : String(error), retry: false }
  }
}

function executorFor(task: Task, { sideBySide, env, onOutput }: RunAttemptOptions): Executor {
  checkTask(task)
  const { payload = null, ...rest } = limitsOf(task)
  const common = { payload, ...rest, env: { ...process.env, ...env } }
  if ('command' in task) {
    const cwd = task.cwd === undefined ? {} : { cwd: task.cwd }
    const output = onOutput === undefined ? {} : { onOutput: (line: string) => onOutput(`${line}\n`) }
    return commandExecutor({ command: task.command, ...common, ...cwd, ...output })
  }
  if (task.isolation === 'in-process') return inProcessExecutor(moduleObjective(task))
  const output = onOutput === undefined ? {} : { onOutput: (text: string) => onOutput(text) }
  return processExecutor({
    module: task.module,
    exportName: task.exportName ?? 'objective',
    sideBySide,
    ...common,
    ...output,
  })
}

/** Payload and limits, whatever the kind of task. */
function limitsOf(task: Task): AttemptLimits & { payload?: unknown } {
  const own = new Set(['module', 'exportName', 'isolation', 'command', 'cwd'])
  return Object.fromEntries(Object.entries(task).filter(([key]) => !own.has(key)))
}

function moduleObjective({ module, exportName = 'objective', payload = null }: ModuleTask): LocalObjective {
  return async (context) => {
    const isUrl = /^(file|data|node):/.test(module)
    const url = isUrl ? module : pathToFileURL(isAbsolute(module) ? module : resolve(module)).href
    const objective = ((await import(url)) as Record<string, unknown>)[exportName]
    if (typeof objective !== 'function') {
      throw new TypeError(`${module}: expected a function '${exportName}', got ${typeof objective}`)
    }
    return (objective as (context: ObjectiveContext) => number)({ ...context, payload })
  }
}

/** On a worker there is no live trial: settings are complete, and reports go through the context. */
function remoteTrial(number: number, params: Trial['params']): Trial {
  const refuse = (): never => {
    throw new TypeError('trial: expected params and report of the context on a worker, got a call of the live trial')
  }
  return {
    number,
    params,
    suggestFloat: refuse,
    suggestInt: refuse,
    suggestCategorical: refuse,
    report: refuse,
    shouldPrune: refuse,
    setUserAttribute: refuse,
    flush: refuse,
  }
}
