/**
 * One child process per trial: a crash, a leak or a hang fails one attempt and never the study.
 *
 * The child is a small entry file that imports the objective's module; it inherits Node's flags, so it runs from
 * TypeScript sources where the study does. Heavy synchronous work in the child cannot starve the study's process.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isAbsolute, resolve } from 'node:path'
import { type Executor, type TrialOutcome, type TrialRequest } from '../executor.ts'
import { coreShare } from './core-share.ts'
import { graceMs, startLimits, tailOf, withTail, type AttemptLimits } from './attempt-limits.ts'
import { type FromChild, type ToChild } from './process-messages.ts'

export interface ProcessExecutorOptions extends AttemptLimits {
  /** The module that exports the objective: a URL, or a path (relative ones from the working directory). */
  readonly module: URL | string
  /** Default `'objective'`. */
  readonly exportName?: string
  /** A JSON value handed to the objective as `context.payload`. Default null. */
  readonly payload?: unknown
  /** Children that run side by side: each gets its share of the cores, see `coreShare`. Default 1. */
  readonly sideBySide?: number
  /** Environment of the child; default that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Flags of Node for the child; default those of this process. */
  readonly execArgv?: readonly string[]
  /** Gets what the child prints. Without it standard output is dropped; the end of stderr is kept for failures anyway. */
  readonly onOutput?: (text: string, source: { readonly number: number; readonly stream: 'stdout' | 'stderr' }) => void
}

/** An executor that forks one child per attempt. */
export function processExecutor(options: ProcessExecutorOptions): Executor {
  const { module, exportName = 'objective', payload = null } = options
  const moduleUrl = moduleUrlOf(module)
  return {
    name: 'process',
    run({ studyName, number, params, attempt, report, signal }) {
      if (signal.aborted) return Promise.resolve({ state: 'interrupted' })
      const child = startChild(options, number)
      const start: ToChild = {
        kind: 'start',
        module: moduleUrl,
        exportName,
        studyName,
        number,
        params,
        attempt,
        payload,
      }
      return watch(child, { options, report, signal, start })
    },
  }
}

interface Child {
  readonly process: ChildProcess
  /** The end of what it wrote to stderr. */
  tail(): string
}

function startChild(options: ProcessExecutorOptions, number: number): Child {
  const { env = process.env, execArgv, onOutput, sideBySide = 1 } = options
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = fileURLToPath(new URL(`./process-worker.${extension}`, import.meta.url))
  const child = fork(entry, [], {
    execArgv: [...(execArgv ?? inheritedFlags())],
    env: { ...env, ...coreShare(sideBySide, { environment: env }) },
    serialization: 'advanced',
    stdio: ['ignore', onOutput === undefined ? 'ignore' : 'pipe', 'pipe', 'ipc'],
  })
  child.stdout?.on('data', (data: Buffer) => onOutput?.(String(data), { number, stream: 'stdout' }))
  child.stderr?.on('data', (data: Buffer) => onOutput?.(String(data), { number, stream: 'stderr' }))
  return { process: child, tail: tailOf(child.stderr) }
}

interface Watching {
  readonly options: ProcessExecutorOptions
  readonly report: TrialRequest['report']
  readonly signal: AbortSignal
  readonly start: ToChild
}

/** Follows a child to its end; resolves only when the process is gone. */
function watch(child: Child, { options, report, signal, start }: Watching): Promise<TrialOutcome> {
  const { process: forked } = child
  const { promise, resolve } = Promise.withResolvers<TrialOutcome>()
  let outcome: TrialOutcome | undefined
  const kill = (reason: TrialOutcome) => {
    outcome ??= reason
    forked.kill('SIGKILL')
  }
  const limits = startLimits(options, kill, forked.pid)
  const onAbort = () => {
    outcome ??= { state: 'interrupted' }
    tell(forked, { kind: 'abort' })
    setTimeout(() => forked.kill('SIGKILL'), graceMs).unref()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  forked.on('message', (message: FromChild) => {
    limits.beat()
    if (message.kind === 'outcome') outcome ??= message.outcome
    if (message.kind === 'report') {
      report(message.value, message.step).then(
        (decision) => tell(forked, { kind: 'decision', id: message.id, decision }),
        (error: unknown) => kill({ state: 'fail', reason: String(error), retry: false }),
      )
    }
  })
  forked.on('error', (error) => (outcome ??= { state: 'fail', reason: error.message, retry: true }))
  forked.on('close', (code, signalName) => {
    limits.stop()
    signal.removeEventListener('abort', onAbort)
    const ended = `child process ended with ${signalName ?? `exit code ${code}`} before it returned a value`
    resolve(withTail(outcome ?? { state: 'fail', reason: ended, retry: true }, child.tail()))
  })
  tell(forked, start)
  return promise
}

/** This process's flags, less the program of `node -e`: a child that ran it would start the study again, and so on. */
function inheritedFlags(): string[] {
  const flags = process.execArgv.filter((flag) => !/^(--eval|--print|--input-type)=/.test(flag))
  const at = flags.findIndex((flag) => ['-e', '-p', '-pe', '--eval', '--print'].includes(flag))
  return at < 0 ? flags : flags.toSpliced(at, 2)
}

/** Sends unless the child is already gone; its end is reported by 'close'. */
function tell(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => undefined)
}

function moduleUrlOf(module: URL | string): string {
  if (module instanceof URL) return module.href
  if (/^(file|data|node):/.test(module)) return module
  return pathToFileURL(isAbsolute(module) ? module : resolve(module)).href
}
