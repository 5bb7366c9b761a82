/**
 * The processes of the chaos test: `chaos-process.ts server|worker '<options>'`. Prints one JSON line an event.
 *
 * @module
 */
import { runWorker } from '../run-worker.ts'
import { serveStudy } from '../serve-study.ts'
import { type Task } from '../task.ts'
import { chaosStudy } from './chaos-study.ts'

/** What both get; the worker takes no notice of the server's. */
export interface ChaosProcessOptions {
  readonly database: string
  readonly leaseMs: number
  readonly pollMs: number
  readonly name: string
  readonly slots: number
  readonly trials: number
  readonly task: Task
  readonly ahead: number
}

const [role, words] = process.argv.slice(2)
const { name, slots, trials, task, ahead, ...shared } = JSON.parse(words) as ChaosProcessOptions
const print = (event: object) => void process.stdout.write(`${JSON.stringify(event)}\n`)
// Without its parent there is nobody left to end it.
process.stdin.on('end', () => process.exit(1)).resume()

if (role === 'worker') {
  await runWorker({ ...shared, name, slots, onEvent: print })
} else {
  await serveStudy({
    ...shared,
    ...chaosStudy,
    trials,
    task,
    ahead,
    maxRetries: 20,
    onEvent(event) {
      if (event.kind === 'trial-end') print({ kind: event.kind, number: event.trial.number })
      if (event.kind === 'retry') print({ kind: event.kind, number: event.number, reason: event.reason })
      if (event.kind === 'serving' || event.kind === 'standby') print(event)
    },
  })
  print({ kind: 'served' })
}
process.exit(0)
