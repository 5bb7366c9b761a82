/**
 * What every pruner must do: be a function of its context, and never stop a trial that has reported nothing.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { type FrozenTrial } from '../frozen-trial.ts'
import { type Pruner } from '../pruner.ts'
import { inMemoryStorage, type Storage } from '../storage.ts'
import { createStudy, loadStudy, type Study } from '../study.ts'
import { type Trial } from '../trial.ts'
import { type TestApi } from './test-api.ts'
import { trialWith } from './trials.ts'

/** Runs the suite for a pruner; `create` makes a new one with the same settings each time. */
export function prunerContract({ describe, test, expect }: TestApi, { create }: { create: () => Pruner }): void {
  const judge = (trial: FrozenTrial, { pruner = create(), trials = reported(12) } = {}) => {
    const decision = pruner.shouldPrune({
      studyName: 's',
      trial,
      trials: [...trials, trial],
      finished: trials,
      directions: ['minimize'],
    })
    return typeof decision === 'boolean' ? decision : decision.prune
  }
  describe(`pruner contract (${create().name})`, () => {
    test('a trial without reports goes on', () => {
      expect(judge(trialWith({ number: 12, state: 'running' }))).toEqual(false)
    })
    test('the first trial of a study is judged without an error', () => {
      const trial = { ...reported(1)[0], state: 'running' as const }
      expect(typeof judge(trial, { trials: [] })).toEqual('boolean')
    })
    test('the same context gives the same answer, in a new pruner and in a used one', () => {
      const used = create()
      const running = reported(24)
        .slice(12)
        .map((trial) => ({ ...trial, state: 'running' as const }))
      const expected = running.map((trial) => judge(trial))
      expect(running.map((trial) => judge(trial, { pruner: used }))).toEqual(expected)
      expect(running.map((trial) => judge(trial, { pruner: used }))).toEqual(expected)
    })
    test('a study killed and reopened at every report stops the same trials at the same steps', async () => {
      expect(await endings(create, { isKilled: true })).toEqual(await endings(create, { isKilled: false }))
    })
    test('NaN and infinite reports give an answer', () => {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const trial = trialWith({ number: 12, state: 'running', intermediateValues: new Map([[1, value]]) })
        expect(typeof judge(trial)).toEqual('boolean')
      }
    })
  })
}

/** Completed trials with reports at steps 1 to 8. */
function reported(count: number): FrozenTrial[] {
  return Array.from({ length: count }, (_, number) => {
    const rng = createRng(3).split(number)
    const intermediateValues = new Map(Array.from({ length: 8 }, (_unused, step) => [step + 1, rng.normal()]))
    return trialWith({ number, value: intermediateValues.get(8) as number, intermediateValues })
  })
}

/** How 14 trials with made-up curves of 9 steps end: state, last step and value of each. */
async function endings(create: () => Pruner, { isKilled }: { isKilled: boolean }) {
  const storage = inMemoryStorage()
  let study = await createStudy({ name: 's', storage, pruner: create() })
  for (let number = 0; number < 14; number++) {
    await study.ask()
    if (isKilled) await halfway(number, { study: await reopen(storage, create) })
    study = isKilled ? await reopen(storage, create) : study
    const trial = await study.resume(number)
    const isPruned = await follow(trial, { number, steps: 9 })
    await study.tell(number, isPruned ? { state: 'pruned' } : { state: 'complete', value: reportAt(number, 8) })
  }
  return study.trials.map(({ state, intermediateValues, value }) => [state, [...intermediateValues], value])
}

const reopen = (storage: Storage, create: () => Pruner) => loadStudy({ name: 's', storage, pruner: create() })

/** An attempt that gets some steps far and is killed. */
async function halfway(number: number, { study }: { study: Study }): Promise<void> {
  await follow(await study.resume(number), { number, steps: number % 5 })
}

async function follow(trial: Trial, { number, steps }: { number: number; steps: number }): Promise<boolean> {
  for (let step = 0; step < steps; step++) {
    await trial.report(reportAt(number, step), step)
    if (await trial.shouldPrune()) return true
  }
  return false
}

/** Trials differ in level, more than their steps do. */
function reportAt(number: number, step: number): number {
  const rng = createRng('curves').split(number)
  return rng.normal() + 0.5 * rng.split(step).normal()
}
