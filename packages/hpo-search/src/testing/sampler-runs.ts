/**
 * Studies that are killed, reopened and run side by side, for the contract of samplers.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { contains, type Params, type ParamValue, type Space } from '../distribution.ts'
import { type Direction } from '../frozen-trial.ts'
import { runStudy } from '../run-study.ts'
import { type Sampler } from '../sampler.ts'
import { inMemoryStorage } from '../storage.ts'
import { createStudy, loadStudy, type Study } from '../study.ts'
import { toUnit } from '../units.ts'
import { type SamplerContractOptions } from './sampler-contract.ts'
import { type TestApi } from './test-api.ts'
import { everyKind } from './trials.ts'

interface Task {
  readonly create: () => Sampler
  readonly space: Space
  readonly directions: readonly Direction[]
  readonly trials: number
}

/** The tests that run studies. */
export function contractRuns({ test, expect }: TestApi, options: SamplerContractOptions): void {
  const { create, space = everyKind, directions = [['minimize'] as const], trials = 20 } = options
  const task: Task = { create, space, directions: directions[0], trials }
  test('a study killed and reopened at every step ends as an undisturbed one', async () => {
    expect(await settingsOneByOne(task, { isKilled: true })).toEqual(await settingsOneByOne(task, { isKilled: false }))
  })
  test('trials that finish late leave no trace in what it keeps: new samplers propose what a used one does', async () => {
    expect(await settingsSideBySide(task, { isRenewed: true })).toEqual(
      await settingsSideBySide(task, { isRenewed: false }),
    )
  })
  test('run in order, three workers find the same whatever the order in which trials finish', async () => {
    expect(await settingsInOrder(task, 'early')).toEqual(await settingsInOrder(task, 'late'))
  })
  test('what is enqueued is tried, the rest of it proposed', async () => {
    const study = await openStudy(task, inMemoryStorage())
    const [name] = Object.keys(space)
    await tellNext(study, task)
    const fixed = study.trial(0).params[name]
    await study.enqueueTrial({ [name]: fixed } as never)
    const { params } = await study.ask()
    expect((params as Params)[name]).toEqual(fixed)
    const others = Object.entries(params as Params).filter(([other, value]) => !contains(space[other], value))
    expect(others).toEqual([])
  })
}

const openStudy = ({ create, space, directions }: Task, storage = inMemoryStorage()): Promise<Study> =>
  createStudy({ name: 's', storage, space, directions, sampler: create(), loadIfExists: true }) as Promise<Study>

/** A smooth bowl with another minimum per direction; one trial in seven fails. */
function resultOf(task: Task, { number, params }: { number: number; params: Params }) {
  if (number % 7 === 6) return { state: 'fail' } as const
  const positions = Object.entries(task.space).map(([name, each]) => toUnit(each, params[name] as ParamValue))
  const value = task.directions.map((_, index) =>
    positions.reduce((sum, position) => sum + (position - 0.3 - 0.4 * index) ** 2, 0),
  )
  return { state: 'complete', value } as const
}

async function tellNext(study: Study, task: Task): Promise<void> {
  const { number, params } = await study.ask()
  await study.tell(number, resultOf(task, { number, params: params as Params }))
}

const settingsOf = ({ trials }: Study) => trials.map(({ params }) => params)

async function settingsOneByOne(task: Task, { isKilled }: { isKilled: boolean }) {
  const storage = inMemoryStorage()
  let study = await openStudy(task, storage)
  for (let number = 0; number < task.trials; number++) {
    let trial = await study.ask()
    if (isKilled) {
      study = (await loadStudy({ name: 's', storage, space: task.space, sampler: task.create() })) as Study
      trial = await study.resume(number)
    }
    await study.tell(number, resultOf(task, { number, params: trial.params as Params }))
  }
  return settingsOf(study)
}

/** Four trials in flight that finish in random order. */
async function settingsSideBySide(task: Task, { isRenewed }: { isRenewed: boolean }) {
  const storage = inMemoryStorage()
  let study = await openStudy(task, storage)
  const rng = createRng('side by side')
  const inFlight: number[] = []
  for (let count = 0; count < task.trials; count++) {
    if (isRenewed) study = (await loadStudy({ name: 's', storage, space: task.space, sampler: task.create() })) as Study
    inFlight.push((await study.ask()).number)
    if (inFlight.length < 4) continue
    const [number] = inFlight.splice(rng.integer(4), 1)
    await study.tell(number, resultOf(task, study.trial(number)))
  }
  return settingsOf(study)
}

async function settingsInOrder(task: Task, seed: string) {
  const study = await openStudy(task)
  await runStudy(study, {
    trials: task.trials,
    workers: 3,
    ordered: true,
    async objective({ number, params }) {
      const pauses = createRng(seed).split(number).integer(40)
      for (let pause = 0; pause < pauses; pause++) await Promise.resolve()
      const result = resultOf(task, { number, params: params as Params })
      if (result.state === 'fail') return Number.NaN
      return result.value
    },
  })
  return settingsOf(study)
}
