/**
 * Any program as an objective: it gets its settings as JSON and prints JSON lines.
 *
 * In: `{ "studyName", "number", "params", "attempt", "payload" }` in the environment variable LEANVOX_TRIAL. Out, each on
 * a line of its own: `{ "report": 0.5, "step": 3 }`, `{ "heartbeat": true }`, and at the end `{ "value": 0.7 }` (or a list
 * of values, with `"userAttributes"` if wanted) or `{ "pruned": true }`. NaN and Infinity may be written as Python does.
 * Other lines are only output. When the pruner says stop the program gets SIGTERM, and SIGKILL two seconds later.
 *
 * @module
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { type Readable } from 'node:stream'
import { type Executor, type TrialOutcome, type TrialRequest } from '../executor.ts'
import { type Attributes } from '../frozen-trial.ts'
import { outcomeOf } from '../objective.ts'
import { parsePythonJson } from '../python-json.ts'
import { graceMs, startLimits, tailOf, withTail, type AttemptLimits } from './attempt-limits.ts'

export interface CommandExecutorOptions extends AttemptLimits {
  /** The program and its arguments; no shell is involved. */
  readonly command: readonly [program: string, ...args: string[]]
  /** A JSON value handed on as `payload`. Default null. */
  readonly payload?: unknown
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Gets the lines that are no messages. */
  readonly onOutput?: (line: string, source: { readonly number: number }) => void
}

/** A line longer than this is cut; no message is. */
const longestLine = 1 << 20

/** An executor that starts a program for each attempt. */
export function commandExecutor(options: CommandExecutorOptions): Executor {
  return {
    name: 'command',
    run(request) {
      if (request.signal.aborted) return Promise.resolve({ state: 'interrupted' })
      return follow(start(options, request), { options, request })
    },
  }
}

const hasGroups = process.platform !== 'win32'

/** Sends a signal to a program and all it started; a shell passes none on, and its children would hold the pipes open. */
function signalGroup(child: Child, signal: NodeJS.Signals): void {
  try {
    if (hasGroups && child.pid !== undefined) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch {
    // The whole group has ended.
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

function start({ command, payload = null, env, cwd }: CommandExecutorOptions, request: TrialRequest): Child {
  const { studyName, number, params, attempt } = request
  const [program, ...args] = command
  return spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what the program started can be stopped with it.
    detached: hasGroups,
    env: { ...(env ?? process.env), LEANVOX_TRIAL: JSON.stringify({ studyName, number, params, attempt, payload }) },
    ...(cwd === undefined ? {} : { cwd }),
  })
}

function follow(
  child: Child,
  { options, request }: { options: CommandExecutorOptions; request: TrialRequest },
): Promise<TrialOutcome> {
  const { promise, resolve } = Promise.withResolvers<TrialOutcome>()
  let outcome: TrialOutcome | undefined
  let killTimer: NodeJS.Timeout | undefined
  const stop = (reason: TrialOutcome) => {
    outcome ??= reason
    signalGroup(child, 'SIGTERM')
    killTimer ??= setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs)
  }
  const limits = startLimits(options, stop, child.pid)
  const onAbort = () => stop({ state: 'interrupted' })
  request.signal.addEventListener('abort', onAbort, { once: true })
  const tail = tailOf(child.stderr)
  // Reports are recorded one after another, in the order they were printed, and before the end.
  let recorded: Promise<void> = Promise.resolve()
  onLine(child.stdout, (line) => {
    const message = messageOf(line)
    if (message === null) return options.onOutput?.(line, { number: request.number })
    limits.beat()
    if (message.report === undefined) outcome ??= resultOf(message)
    // What was printed after a decision to stop no longer counts.
    else recorded = recorded.then(() => (killTimer !== undefined ? undefined : record(message, { request, stop })))
  })
  child.on('error', (error) => (outcome ??= { state: 'fail', reason: error.message, retry: false }))
  child.on('close', (code, signalName) => {
    limits.stop()
    clearTimeout(killTimer)
    request.signal.removeEventListener('abort', onAbort)
    const ended = `command ended with ${signalName ?? `exit code ${code}`} before it printed a value`
    const failed: TrialOutcome = { state: 'fail', reason: ended, retry: true }
    void recorded.then(() => resolve(withTail(outcome ?? failed, tail())))
  })
  return promise
}

interface Message {
  readonly report?: number
  readonly step?: number
  readonly value?: number | readonly number[]
  readonly pruned?: boolean
  readonly heartbeat?: boolean
  readonly userAttributes?: Attributes
}

async function record(
  { report, step }: Message,
  { request, stop }: { request: TrialRequest; stop: (reason: TrialOutcome) => void },
): Promise<void> {
  try {
    if ((await request.report(report as number, step as number)) === 'prune')
      stop({ state: 'pruned', userAttributes: {} })
  } catch (error) {
    stop({ state: 'fail', reason: error instanceof Error ? error.message : String(error), retry: false })
  }
}

function resultOf({ value, pruned = false, userAttributes = {} }: Message): TrialOutcome | undefined {
  if (pruned) return { state: 'pruned', userAttributes }
  return value === undefined ? undefined : outcomeOf({ value, userAttributes })
}

/** The message of a line, or null for a line that is only output. */
function messageOf(line: string): Message | null {
  if (!line.startsWith('{')) return null
  try {
    const message = parsePythonJson(line) as Message
    return ['report', 'value', 'pruned', 'heartbeat'].some((key) => key in message) ? message : null
  } catch {
    return null
  }
}

/**
 * Lines of a stream; what one line has beyond a megabyte is dropped, so that no output can fill the memory, and not looked
 * at again, so that none can keep this process busy.
 */
function onLine(stream: Readable, handle: (line: string) => void): void {
  let rest = ''
  const grown = (more: string) => (rest.length < longestLine ? (rest + more).slice(0, longestLine) : rest)
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const parts = text.split('\n')
    const last = parts.pop() as string
    for (const part of parts) {
      handle(grown(part).trimEnd())
      rest = ''
    }
    rest = grown(last)
  })
  stream.on('end', () => {
    if (rest !== '') handle(rest)
  })
}
