/**
 * The attempts that this server waits for: their reports answered in order, then their end.
 *
 * @module
 */
import { type TrialOutcome } from '@leanvox/hpo-search'
import { answerReport, endedAttempts, openReports, type EndedAttempt, type OpenReport } from './attempts.ts'
import { type Database } from './database.ts'

/** One attempt in flight. */
interface Flight {
  readonly report: (value: number, step: number) => Promise<'continue' | 'prune'>
  readonly end: (outcome: TrialOutcome) => void
  readonly fail: (error: unknown) => void
  /** The last report taken up. */
  taken: number
  /** The answers to reports, one after another. */
  answered: Promise<void>
  hasEnded: boolean
}

export interface Flights {
  ids(): string[]
  /** Resolves with how the attempt ended. */
  follow(id: string, report: Flight['report']): Promise<TrialOutcome>
  /** Stops following; what is in the database goes on. */
  leave(id: string): void
  /** One look at all of them. */
  turn(): Promise<void>
  /** Ends all with an error. */
  fail(error: unknown): void
}

/** No attempts yet. */
export function createFlights(database: Database): Flights {
  const flights = new Map<string, Flight>()
  return {
    ids: () => [...flights.keys()],
    follow(id, report) {
      const { promise, resolve, reject } = Promise.withResolvers<TrialOutcome>()
      const rest = { taken: 0, answered: Promise.resolve(), hasEnded: false }
      flights.set(id, { report, end: resolve, fail: reject, ...rest })
      return promise.finally(() => flights.delete(id))
    },
    leave: (id) => flights.get(id)?.end({ state: 'interrupted' }),
    async turn() {
      const ids = [...flights.keys()]
      if (ids.length === 0) return
      // Ends before reports: every report of an attempt that has ended is then seen before its end is taken.
      const ended = await endedAttempts(database, ids)
      for (const report of await openReports(database, ids)) {
        takeReport(flights.get(report.attempt), { report, database })
      }
      for (const each of ended) takeEnd(flights.get(each.id), each)
    },
    fail: (error) => flights.forEach((flight) => flight.fail(error)),
  }
}

function takeReport(
  flight: Flight | undefined,
  { report, database }: { report: OpenReport; database: Database },
): void {
  if (flight === undefined || report.seq <= flight.taken) return
  flight.taken = report.seq
  flight.answered = flight.answered.then(async () => {
    const answer = await flight.report(report.value, report.step).catch((error: unknown) => `error: ${String(error)}`)
    await answerReport(database, report, answer)
  })
  flight.answered.catch((error: unknown) => flight.fail(error))
}

function takeEnd(flight: Flight | undefined, ended: EndedAttempt): void {
  if (flight === undefined || flight.hasEnded) return
  flight.hasEnded = true
  void flight.answered.then(
    () => flight.end(outcomeOf(ended)),
    () => undefined,
  )
}

function outcomeOf({ state, worker, outcome }: EndedAttempt): TrialOutcome {
  if (state === 'done' && outcome !== null) return outcome
  if (state === 'cancelled') return { state: 'interrupted' }
  return {
    state: 'fail',
    reason: `worker ${worker ?? 'unknown'} was lost: no sign of life within its lease`,
    retry: true,
  }
}
