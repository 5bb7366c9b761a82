/**
 * The child's side of `processExecutor`: imports the objective's module, runs one trial, says how it ended.
 *
 * When the study's process dies the child must not live on. While the objective yields, the closed channel tells; inside
 * long synchronous work the parent's number is looked at with every report and heartbeat.
 *
 * @module
 */
import { outcomeOf, type ObjectiveContext } from '../objective.ts'
import { type FromChild, type ToChild } from './process-messages.ts'

const parent = process.ppid
const abort = new AbortController()
const decisions = new Map<number, (decision: 'continue' | 'prune') => void>()
let nextId = 0

process.on('disconnect', () => process.exit(1))
process.on('message', (message: ToChild) => {
  if (message.kind === 'start') void run(message)
  if (message.kind === 'abort') abort.abort()
  if (message.kind === 'decision') {
    decisions.get(message.id)?.(message.decision)
    decisions.delete(message.id)
  }
})

async function run(start: Extract<ToChild, { kind: 'start' }>): Promise<void> {
  try {
    const loaded = (await import(start.module)) as Record<string, unknown>
    const objective = loaded[start.exportName]
    if (typeof objective !== 'function') {
      const reason = `${start.module}: expected a function '${start.exportName}', got ${typeof objective}`
      return await finish({ kind: 'outcome', outcome: { state: 'fail', reason, retry: false } })
    }
    // The heartbeat limit counts from here: loading a module may take long and cannot beat.
    send({ kind: 'heartbeat' })
    const outcome = outcomeOf(await (objective as (context: ObjectiveContext) => unknown)(contextOf(start)))
    await finish({ kind: 'outcome', outcome })
  } catch (error) {
    // On stderr as well: the stack belongs to the failure's reason.
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    await finish({ kind: 'outcome', outcome: { state: 'fail', reason, retry: true } })
  }
}

function contextOf({
  studyName,
  number,
  params,
  attempt,
  payload,
}: Extract<ToChild, { kind: 'start' }>): ObjectiveContext {
  return {
    studyName,
    number,
    params: params as ObjectiveContext['params'],
    attempt,
    payload,
    signal: abort.signal,
    heartbeat: () => send({ kind: 'heartbeat' }),
    report: (value, step) =>
      new Promise((resolve) => {
        const id = nextId++
        decisions.set(id, resolve)
        send({ kind: 'report', id, value, step })
      }),
  }
}

function send(message: FromChild): void {
  if (process.ppid !== parent || !process.connected) process.exit(1)
  process.send?.(message)
}

/** Ends the process once its output and the outcome are out, whatever timers or handles the objective left. */
async function finish(message: FromChild): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()))
  }
  process.send?.(message, undefined, {}, () => process.exit(0))
}
