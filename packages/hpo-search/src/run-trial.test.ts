import { expect, test } from 'vitest'
import {
  createStudy,
  inMemoryStorage,
  loadStudy,
  runStudy,
  trialCancelled,
  type Executor,
  type StudyEvent,
  type TrialOutcome,
} from './index.ts'

const space = { x: { type: 'float', low: 0, high: 1 } } as const

/** An executor whose attempts end as listed, the last for ever; it notes which attempts it ran. */
function listed(outcomes: readonly TrialOutcome[]): Executor & { readonly ran: [number, number][] } {
  const ran: [number, number][] = []
  return {
    name: 'listed',
    ran,
    run: async ({ number, attempt }) => outcomes[Math.min(ran.push([number, attempt]), outcomes.length) - 1],
  }
}

test('an attempt released by its place is followed by another, and no crash is counted', async () => {
  const study = await createStudy({ name: 's', space })
  const executor = listed([
    { state: 'released', reason: 'drained' },
    { state: 'released', reason: 'drained again' },
    { state: 'complete', value: 1 },
  ])
  const events: StudyEvent[] = []
  await runStudy(study, { trials: 1, executor, maxRetries: 0, onEvent: (event) => events.push(event) })
  expect(study.trial(0).systemAttributes).toEqual({ 'leanvox:attempt': 3 })
  expect(events.flatMap((event) => (event.kind === 'retry' ? [event.reason] : []))).toEqual([
    'drained',
    'drained again',
  ])
})

test('an attempt of an earlier run that still goes on is joined once; its failure is followed by the next attempt', async () => {
  const storage = inMemoryStorage()
  const first = await createStudy({ name: 's', storage, space })
  const stop = new AbortController()
  const interrupted = {
    name: 'stopped',
    run: async (): Promise<TrialOutcome> => (stop.abort(), { state: 'interrupted' }),
  }
  await runStudy(first, { trials: 1, executor: interrupted, signal: stop.signal })

  const asked: object[] = []
  const executor = {
    ...listed([
      { state: 'fail', reason: 'lost', retry: true },
      { state: 'complete', value: 2 },
    ]),
    isInFlight: async (trial: object) => (asked.push(trial), true),
  }
  const second = await loadStudy({ name: 's', storage, space })
  await runStudy(second, { trials: 2, executor })
  expect(asked).toEqual([{ studyName: 's', number: 0, attempt: 1 }])
  expect(executor.ran).toEqual([
    [0, 1],
    [0, 2],
    [1, 1],
  ])
  expect(second.trial(0).systemAttributes).toEqual({ 'leanvox:attempt': 2, 'leanvox:crashes': 1 })
})

test('an attempt of an earlier run that is gone is begun anew as the next one', async () => {
  const storage = inMemoryStorage()
  const first = await createStudy({ name: 's', storage, space })
  const stop = new AbortController()
  const interrupted = {
    name: 'stopped',
    run: async (): Promise<TrialOutcome> => (stop.abort(), { state: 'interrupted' }),
  }
  await runStudy(first, { trials: 1, executor: interrupted, signal: stop.signal })
  const executor = { ...listed([{ state: 'complete', value: 2 }]), isInFlight: async () => false }
  await runStudy(await loadStudy({ name: 's', storage, space }), { trials: 1, executor })
  expect(executor.ran).toEqual([[0, 2]])
})

test('an executor is told a cancelled trial from a stopped run', async () => {
  const study = await createStudy({ name: 's', space })
  let reason: unknown
  const executor: Executor = {
    name: 'cancelled',
    async run({ number, report, signal }) {
      await study.cancelTrial(number)
      await report(1, 0)
      reason = signal.reason
      return { state: 'interrupted' }
    },
  }
  await runStudy(study, { trials: 1, executor })
  expect(reason).toBe(trialCancelled)
  expect(study.counts.fail).toBe(1)
})

test('of two writers of a storage with compare-and-set the later one builds anew on what the first wrote', async () => {
  const inner = inMemoryStorage()
  let refused = 0
  const storage = {
    ...inner,
    async appendAt(position: number, operations: Parameters<typeof inner.append>[0]) {
      const isNow = (await inner.read(0)).length === position
      if (isNow) await inner.append(operations)
      else refused++
      return isNow
    },
  }
  const one = await createStudy({ name: 's', storage, space })
  const other = await loadStudy({ name: 's', storage, space })
  await one.ask()
  await other.setUserAttribute('late', 1)
  expect(refused).toBe(1)
  await one.tell(0, { state: 'complete', value: 1 })
  await expect(other.tell(0, { state: 'complete', value: 2 })).rejects.toThrow('tell')
  await one.refresh()
  expect(one.userAttributes).toEqual({ late: 1 })
  expect(one.trials.map(({ value }) => value)).toEqual([1])
})
