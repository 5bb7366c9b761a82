/**
 * Reports of the attempts at hand, sent to the server, and its answers brought back.
 *
 * @module
 */
import { answersTo, sendReport } from './attempts.ts'
import { type Database } from './database.ts'
import { createWake } from './wake.ts'

export interface RemoteReports {
  /** Sends a report and waits for the pruner's answer, however long the server is away. */
  report(
    attempt: { readonly id: string; readonly token: string; readonly seq: number; readonly signal: AbortSignal },
    report: { readonly value: number; readonly step: number },
  ): Promise<'continue' | 'prune'>
  /** Some answers may have come. */
  look(): void
  close(): Promise<void>
}

interface Waiting {
  readonly attempt: string
  readonly seq: number
  readonly answer: (decision: string) => void
}

export function createRemoteReports(database: Database, pollMs: number): RemoteReports {
  const waiting = new Map<string, Waiting>()
  const wake = createWake()
  let isOpen = true
  const loop = (async () => {
    while (isOpen) {
      await wake.wait(waiting.size === 0 ? 60_000 : pollMs)
      if (!isOpen || waiting.size === 0) continue
      for (const { attempt, seq, decision } of await answersTo(database, [...waiting.values()])) {
        waiting.get(`${attempt}/${seq}`)?.answer(decision)
      }
    }
  })()
  loop.catch(() => waiting.forEach(({ answer }) => answer('prune')))
  return {
    async report({ id, token, seq, signal }, { value, step }) {
      checkReport({ value, step })
      const { promise, resolve } = Promise.withResolvers<string>()
      const key = `${id}/${seq}`
      waiting.set(key, { attempt: id, seq, answer: resolve })
      const onAbort = () => resolve('prune')
      signal.addEventListener('abort', onAbort, { once: true })
      await sendReport(database, { attempt: id, token, seq }, { value, step })
      if (signal.aborted) onAbort()
      wake.call()
      const decision = await promise
      waiting.delete(key)
      signal.removeEventListener('abort', onAbort)
      if (decision === 'continue' || decision === 'prune') return decision
      throw new RangeError(decision.replace(/^error: /, ''))
    },
    look: () => wake.call(),
    async close() {
      isOpen = false
      wake.call()
      await loop.catch(() => undefined)
    },
  }
}

function checkReport({ value, step }: { value: number; step: number }): void {
  if (typeof value !== 'number') throw new TypeError(`report: expected a number, got ${JSON.stringify(value)}`)
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`report: expected a step that is a whole number of at least 0, got ${step}`)
  }
}
