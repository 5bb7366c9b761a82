import { expect, test } from 'vitest'
import {
  createStudy,
  inMemoryStorage,
  loadStudy,
  medianPruner,
  randomSampler,
  studyNames,
  tpeSampler,
  type SampleContext,
  type SpaceInput,
} from './index.ts'

const space = { x: { type: 'float', low: 0, high: 1 }, c: { type: 'categorical', choices: ['a', 'b'] } } as const

test('ask and tell: numbers count up, values arrive, the best is the smallest', async () => {
  const study = await createStudy({ name: 's', space })
  expect(study.bestTrial).toBeNull()
  for (const value of [3, 1, 2, 1]) {
    const trial = await study.ask()
    expect(trial.params.x).toBeGreaterThanOrEqual(0)
    expect(['a', 'b']).toContain(trial.params.c)
    await study.tell(trial.number, { state: 'complete', value })
  }
  expect(study.trials.map(({ number, value }) => [number, value])).toEqual([
    [0, 3],
    [1, 1],
    [2, 2],
    [3, 1],
  ])
  expect(study.bestTrial?.number).toBe(1)
})

test('the best is the largest when maximising, infinities included, failed and pruned trials left out', async () => {
  const study = await createStudy({ name: 's', space, direction: 'maximize' })
  const ask = async () => (await study.ask()).number
  await study.tell(await ask(), { state: 'complete', value: -Infinity })
  await study.tell(await ask(), { state: 'fail', reason: 'broken' })
  const pruned = await study.ask()
  await pruned.report(9, 0)
  await pruned.report(5, 3)
  await study.tell(pruned.number, { state: 'pruned' })
  expect(study.bestTrial?.number).toBe(0)
  await study.tell(await ask(), { state: 'complete', value: 2, userAttributes: { note: 'n' } })
  expect(study.bestTrial).toMatchObject({ number: 3, value: 2, userAttributes: { note: 'n' } })
  expect(study.trials[1]).toMatchObject({ state: 'fail', values: null, userAttributes: { fail_reason: 'broken' } })
  expect(study.trials[2]).toMatchObject({ state: 'pruned', value: 5 })
})

test('a value that is NaN, or too many values, is refused and the trial stays running', async () => {
  const study = await createStudy({ name: 's', space })
  const { number } = await study.ask()
  const tell = (value: number | number[]) => study.tell(number, { state: 'complete', value })
  await expect(tell(Number.NaN)).rejects.toThrow('tell: expected a number for trial 0, got NaN')
  await expect(tell([1, 2])).rejects.toThrow('tell: expected 1 value(s), got [1,2]')
  expect(study.trials[0].state).toBe('running')
})

test('several directions: values in order, and no single best', async () => {
  const study = await createStudy({ name: 's', space, directions: ['minimize', 'maximize'], sampler: randomSampler() })
  const { number } = await study.ask()
  await study.tell(number, { state: 'complete', value: [1, 2] })
  expect(study.trials[0]).toMatchObject({ values: [1, 2], value: null })
  expect(() => study.bestTrial).toThrow('bestTrial: expected one direction, got 2')
})

test('names: a second study of one name needs loadIfExists, with the same directions', async () => {
  const storage = inMemoryStorage()
  await createStudy({ name: 's', storage })
  const message = "createStudy: expected a new name, got 's', which exists (see loadIfExists)"
  await expect(createStudy({ name: 's', storage })).rejects.toThrow(message)
  await createStudy({ name: 's', storage, loadIfExists: true })
  const other = createStudy({ name: 's', storage, loadIfExists: true, direction: 'maximize' })
  await expect(other).rejects.toThrow('createStudy: expected directions minimize, got maximize')
  await expect(loadStudy({ name: 't', storage })).rejects.toThrow("loadStudy: expected an existing study, got 't'")
  expect(await studyNames(storage)).toEqual(['s'])
})

test('a space that is wrong leaves no study behind', async () => {
  const storage = inMemoryStorage()
  const wrong = { x: { type: 'float', low: 0, high: 1, log: true } } as const
  await expect(createStudy({ name: 's', storage, space: wrong })).rejects.toThrow("parameter 'x': expected low above 0")
  expect(await studyNames(storage)).toEqual([])
})

test('a space that does not fit the recorded trials is refused with the name of the parameter', async () => {
  const storage = inMemoryStorage()
  await (await createStudy({ name: 's', storage, space })).ask()
  const load = (changed: SpaceInput) => loadStudy({ name: 's', storage, space: { ...space, ...changed } })
  await load({ x: { type: 'float', low: -5, high: 5 }, fresh: { type: 'int', low: 0, high: 1 } })
  await expect(load({ x: { type: 'int', low: 0, high: 1 } })).rejects.toThrow("parameter 'x': expected a distribution")
  await expect(load({ c: { type: 'categorical', choices: ['a'] } })).rejects.toThrow("parameter 'c': expected")
})

test('a parameter that the space no longer has stays with earlier trials, which teach the sampler all the same', async () => {
  const storage = inMemoryStorage()
  const first = await createStudy({ name: 's', storage, space, sampler: randomSampler() })
  for (let number = 0; number < 12; number++) {
    const { params } = await first.ask()
    await first.tell(number, { state: 'complete', value: Math.abs(params.x - 0.5) })
  }
  await first.ask()
  await first.enqueueTrial({ x: 0.25, c: 'b' })
  const narrow = await loadStudy({ name: 's', storage, space: { x: space.x }, sampler: tpeSampler() })
  expect((await narrow.resume(12)).params).toHaveProperty('c')
  expect((await narrow.ask()).params).toEqual({ x: 0.25 })
  expect(Object.keys((await narrow.ask()).params)).toEqual(['x'])
  expect(Object.keys(narrow.trials[3].params)).toEqual(['x', 'c'])
  const seen: number[] = []
  const sampler = { name: 'watcher', sample: ({ trials }: SampleContext) => (seen.push(trials.length), { x: 0 }) }
  await (await loadStudy({ name: 's', storage, space: { x: space.x }, sampler })).ask()
  expect(seen).toEqual([12])
})

test('enqueued settings come first; what they leave out is proposed', async () => {
  const study = await createStudy({ name: 's', space })
  await study.enqueueTrial({ x: 0.125 })
  await study.enqueueTrial({ x: 0.5, c: 'b' })
  expect(study.trials.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
  const [first, second, third] = [await study.ask(), await study.ask(), await study.ask()]
  expect(first.params.x).toBe(0.125)
  expect(['a', 'b']).toContain(first.params.c)
  expect(second.params).toEqual({ x: 0.5, c: 'b' })
  expect([first, second, third].map(({ number }) => number)).toEqual([0, 1, 2])
  await expect(study.enqueueTrial({ y: 1 } as never)).rejects.toThrow("expected parameters among x, c, got 'y'")
  await expect(study.enqueueTrial({ x: 7 })).rejects.toThrow("enqueueTrial: expected 'x' within")
})

test('define-by-run: parameters are what the objective asks for, written with the next report', async () => {
  const storage = inMemoryStorage()
  const study = await createStudy({ name: 's', storage })
  const trial = await study.ask()
  const kind = trial.suggestCategorical('kind', { choices: ['line', 'curve'] })
  const degree = trial.suggestInt('degree', { low: 1, high: 4 })
  expect(trial.suggestInt('degree', { low: 1, high: 4 })).toBe(degree)
  expect(trial.params).toEqual({ kind, degree })
  expect(() => trial.suggestFloat('degree', { low: 1, high: 4 })).toThrow("parameter 'degree': expected a distribution")
  expect(() => trial.suggestFloat('x', { low: 2, high: 1 })).toThrow("parameter 'x': expected low <= high")
  await trial.report(1, 0)
  const seen = await loadStudy({ name: 's', storage })
  expect(seen.trials[0].params).toEqual({ kind, degree })
})

test('what a killed process had suggested but not written comes out the same when asked for again', async () => {
  const storage = inMemoryStorage()
  const study = await createStudy({ name: 's', storage })
  for (let index = 0; index < 12; index++) {
    const trial = await study.ask()
    const x = trial.suggestFloat('x', { low: 0, high: 1 })
    await trial.flush()
    await study.tell(trial.number, { state: 'complete', value: x })
  }
  const lost = await study.ask()
  const x = lost.suggestFloat('x', { low: 0, high: 1 })
  const extra = lost.suggestInt('extra', { low: 0, high: 1_000_000 })
  const resumed = await (await loadStudy({ name: 's', storage })).resume(lost.number)
  expect(resumed.suggestInt('extra', { low: 0, high: 1_000_000 })).toBe(extra)
  expect(resumed.suggestFloat('x', { low: 0, high: 1 })).toBe(x)
})

test('a joint proposal of which a killed process wrote only a part is completed to the same setting', async () => {
  const run = async (lose: boolean) => {
    const storage = inMemoryStorage()
    let study = await createStudy({ name: 's', storage, space })
    for (let index = 0; index < 15; index++) {
      const trial = await study.ask()
      await study.tell(trial.number, { state: 'complete', value: trial.params.x })
    }
    const trial = await study.ask()
    if (!lose) return trial.params
    const cut = inMemoryStorage()
    await cut.append((await storage.read(0)).slice(0, -1))
    study = await loadStudy({ name: 's', storage: cut, space })
    expect(Object.keys(study.trials[15].params)).toEqual(['x'])
    return (await study.resume(15)).params
  }
  expect(await run(true)).toEqual(await run(false))
})

test('the pruner sees the reports up to the step last reported, not those of an attempt that went further', async () => {
  const study = await createStudy({ name: 's', space, pruner: medianPruner({ nStartupTrials: 1 }) })
  const good = await study.ask()
  for (let step = 0; step < 3; step++) await good.report(0, step)
  await study.tell(good.number, { state: 'complete', value: 0 })
  const trial = await study.ask()
  expect(await trial.shouldPrune()).toBe(false)
  await trial.report(-1, 0)
  expect(await trial.shouldPrune()).toBe(false)
  await trial.report(-9, 2)
  const again = await study.resume(trial.number)
  await again.report(1, 0)
  expect(await again.shouldPrune()).toBe(true)
})

test('reports with an impossible step or value are refused', async () => {
  const trial = await (await createStudy({ name: 's', space })).ask()
  await expect(trial.report(1, -1)).rejects.toThrow(
    'report: expected a step that is a whole number of at least 0, got -1',
  )
  await expect(trial.report('1' as never, 0)).rejects.toThrow('report: expected a number, got "1"')
})

test('a trial that was handed out does not change when the study goes on', async () => {
  const study = await createStudy({ name: 's', space })
  const { number } = await study.ask()
  const [seen] = study.trials
  await study.tell(number, { state: 'complete', value: 1 })
  expect(seen.state).toBe('running')
  expect(study.trials[0].state).toBe('complete')
})
