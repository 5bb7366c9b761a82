import { describe, expect, test } from 'vitest'
import {
  createStudy,
  inMemoryStorage,
  inProcessExecutor,
  loadStudy,
  medianPruner,
  runStudy,
  type LocalObjective,
  type ObjectiveResult,
  type Storage,
  type StudyEvent,
} from './index.ts'
import { executorContract } from './testing.ts'
import { contractObjective } from '../fixtures/objectives.ts'

const space = { x: { type: 'float', low: -1, high: 1 } } as const

executorContract({ describe, test, expect }, { create: () => inProcessExecutor(contractObjective) })

test('runs until the study has so many finished trials, those of earlier runs included', async () => {
  const study = await createStudy({ name: 's', space })
  await runStudy(study, { trials: 3, objective: ({ params }) => params.x ** 2 })
  await runStudy(study, { trials: 3, objective: () => expect.unreachable() })
  await runStudy(study, { trials: 5, objective: async ({ params }) => ({ value: params.x ** 2 }) })
  expect(study.trials.map(({ state }) => state)).toEqual(Array(5).fill('complete'))
})

test('events tell of starts, reports with decisions, ends and the best so far', async () => {
  const study = await createStudy({ name: 's', space, pruner: medianPruner({ nStartupTrials: 1 }) })
  const events: StudyEvent[] = []
  const objective: LocalObjective = async ({ number, report }) => {
    for (let step = 0; step < 2; step++) if ((await report(number, step)) === 'prune') return { state: 'pruned' }
    return number
  }
  await runStudy(study, { trials: 2, objective, onEvent: (event) => events.push(event) })
  const short = events.map((event) =>
    event.kind === 'trial-end'
      ? [event.trial.state, event.best?.number]
      : [event.kind, 'step' in event && event.decision],
  )
  expect(short).toEqual([
    ['trial-start', false],
    ['report', 'continue'],
    ['report', 'continue'],
    ['complete', 0],
    ['trial-start', false],
    ['report', 'prune'],
    ['pruned', 0],
  ])
})

test('a throw is retried with the same settings, then fails the trial with its reason, and the study goes on', async () => {
  const study = await createStudy({ name: 's', space })
  const calls: [number, number, number][] = []
  const retries: string[] = []
  await runStudy(study, {
    trials: 3,
    maxRetries: 2,
    objective({ number, attempt, params }) {
      calls.push([number, attempt, params.x])
      if (number === 0 && attempt === 1) throw new Error('once')
      if (number === 1) throw new TypeError('always')
      return 1
    },
    onEvent: (event) => void (event.kind === 'retry' && retries.push(event.reason)),
  })
  expect(calls.map(([number, attempt]) => `${number}.${attempt}`)).toEqual(['0.1', '0.2', '1.1', '1.2', '1.3', '2.1'])
  expect(calls[0][2]).toBe(calls[1][2])
  expect(retries).toEqual(['Error: once', 'TypeError: always', 'TypeError: always'])
  expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'fail', 'complete'])
  expect(study.trials[1].userAttributes).toEqual({ fail_reason: 'TypeError: always' })
})

test.each<[ObjectiveResult | undefined, string]>([
  [Number.NaN, 'objective: expected a number, got NaN'],
  [undefined, 'objective: expected a number, got undefined'],
  ['7' as never, 'objective: expected a number, got "7"'],
  [{ value: [1, 2] }, 'objective: expected 1 value(s), got 2'],
])('an objective that returns %j fails its trial without a retry', async (result, reason) => {
  const study = await createStudy({ name: 's', space })
  await runStudy(study, { trials: 1, objective: () => result as ObjectiveResult })
  expect(study.trials[0]).toMatchObject({ state: 'fail', userAttributes: { fail_reason: reason } })
  expect(study.trials[0].systemAttributes).toEqual({ 'leanvox:attempt': 1 })
})

test('infinite values are kept and never the best of a minimisation', async () => {
  const study = await createStudy({ name: 's', space })
  await runStudy(study, { trials: 2, objective: ({ number }) => (number === 0 ? Infinity : 5) })
  expect(study.trials[0]).toMatchObject({ state: 'complete', value: Infinity })
  expect(study.bestTrial?.number).toBe(1)
})

test('an aborted run leaves its trial running; the next run takes it up as the next attempt, uncounted as a crash', async () => {
  const study = await createStudy({ name: 's', space })
  const abort = new AbortController()
  const seen: [number, number, number][] = []
  const objective: LocalObjective<typeof space> = ({ number, attempt, params }) => {
    seen.push([number, attempt, params.x])
    if (number === 1 && attempt === 1) abort.abort()
    return params.x
  }
  await runStudy(study, { trials: 3, objective, signal: abort.signal })
  expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'running'])
  await runStudy(study, { trials: 3, objective, maxRetries: 0 })
  expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
  expect(seen.map(([number, attempt]) => `${number}.${attempt}`)).toEqual(['0.1', '1.1', '1.2', '2.1'])
  expect(seen[1][2]).toBe(seen[2][2])
})

test('a storage that fails ends the run, and leaves the trial to be resumed instead of failing it', async () => {
  const inner = inMemoryStorage()
  let isFull = false
  const storage: Storage = {
    read: inner.read,
    append: async (operations) => {
      if (isFull) throw new Error('no space left on device')
      await inner.append(operations)
    },
  }
  const study = await createStudy({ name: 's', space, storage })
  const objective: LocalObjective = async ({ report }) => {
    isFull = true
    await report(1, 0).catch(() => undefined)
    isFull = false
    return 1
  }
  await expect(runStudy(study, { trials: 1, objective })).rejects.toThrow('no space left on device')
  const again = await loadStudy({ name: 's', storage, space })
  expect(again.trials[0].state).toBe('running')
  await runStudy(again, { trials: 1, objective: () => 2 })
  expect(again.trials.map(({ value }) => value)).toEqual([2])
})

test('define-by-run objectives suggest as they go', async () => {
  const study = await createStudy({ name: 's' })
  await runStudy(study, {
    trials: 12,
    objective({ trial }) {
      const kind = trial.suggestCategorical('kind', { choices: ['flat', 'bent'] })
      return kind === 'flat' ? 1 : trial.suggestFloat('bend', { low: 0, high: 1 })
    },
  })
  const shapes = new Set(study.trials.map(({ params }) => Object.keys(params).join()))
  expect(shapes).toEqual(new Set(['kind', 'kind,bend']))
})

test('wrong options are refused', async () => {
  const study = await createStudy({ name: 's' })
  const run = (options: object) => runStudy(study, { trials: 1, ...options })
  await expect(run({})).rejects.toThrow('runStudy: expected either an objective or an executor, got neither')
  const executor = inProcessExecutor(() => 1)
  await expect(run({ objective: () => 1, executor })).rejects.toThrow('got both')
  await expect(run({ executor, trials: -1 })).rejects.toThrow(
    'expected trials to be a whole number of at least 0, got -1',
  )
})
