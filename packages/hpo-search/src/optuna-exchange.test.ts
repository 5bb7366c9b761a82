/** Journals of every kind of trial, from Optuna to here and from here to Optuna; the scripts are in `fixtures`. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeJournal, withoutReprs } from '../fixtures/describe-journal.ts'
import { writeRichJournal } from '../fixtures/write-rich-journal.ts'
import { constraintsOf, loadStudy, nsga2Sampler, randomSampler, runStudy } from './index.ts'
import { journalStorage } from './node.ts'

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname
const readFixture = (name: string) => JSON.parse(fs.readFileSync(fixture(name), 'utf8')) as unknown

let folder: string
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'hpo-exchange-'))))
afterAll(() => fs.rmSync(folder, { recursive: true }))
const copyOf = (name: string) => {
  const path = join(folder, name)
  fs.copyFileSync(fixture(name), path)
  return path
}

test('objectives, constraints, attributes, odd reports and every state read here as in Optuna 5', async () => {
  const { studies } = readFixture('optuna-rich-journal.json') as { studies: unknown }
  const storage = journalStorage(fixture('optuna-rich-journal.jsonl'))
  expect(await describeJournal(storage)).toEqual(withoutReprs(studies))
  const two = await loadStudy({ name: 'two', storage })
  expect(two.counts).toEqual({ complete: 13, fail: 1, running: 1, waiting: 1, pruned: 0 })
  for (const trial of two.trials.filter(({ state }) => state === 'complete')) {
    expect(constraintsOf(trial)).toEqual(trial.userAttributes['over'])
  }
})

test('constraints that Optuna keeps by name are constraints here', async () => {
  const storage = journalStorage(fixture('optuna-rich-journal.jsonl'))
  const { trials, bestTrial } = await loadStudy({ name: 'named', storage })
  const xs = trials.map(({ params }) => params['x'] as number)
  expect(trials.map(constraintsOf)).toEqual(xs.map((x) => [0.5 - x, x - 1]))
  expect(bestTrial?.value).toBe(Math.min(...xs.filter((x) => x >= 0.5)))
})

test('a study of several objectives begun in Optuna goes on here, the waiting trial first', async () => {
  const storage = journalStorage(copyOf('optuna-rich-journal.jsonl'))
  const study = await loadStudy({ name: 'two', storage, sampler: nsga2Sampler({ seed: 1, populationSize: 6 }) })
  const before = study.trials.length
  const seen: number[] = []
  await runStudy(study, {
    trials: 20,
    objective({ number, trial }) {
      seen.push(number)
      const x = trial.suggestFloat('x', { low: 0, high: 5 })
      const kind = trial.suggestCategorical('kind', { choices: ['a', 'b', null] })
      return { value: [x * x, -((x - 5) ** 2) + (kind === 'b' ? 1 : 0)], constraints: [x - 3, -1] }
    },
  })
  // The trial that Optuna left running, the one it left waiting, and new ones.
  expect(seen).toEqual([before - 2, before - 1, ...Array.from({ length: 4 }, (_, index) => before + index)])
  expect(study.trial(before - 1).params['x']).toBe(0.25)
  expect(study.bestTrials.every(({ params }) => (params['x'] as number) <= 3)).toBe(true)
})

test('the journal written here is, byte for byte, the one that Optuna went on with', async () => {
  const path = join(folder, 'rich.jsonl')
  await writeRichJournal(journalStorage(path))
  expect(fs.readFileSync(path, 'utf8')).toBe(fs.readFileSync(fixture('leanvox-rich-journal.jsonl'), 'utf8'))
})

test('what Optuna added to a journal begun here reads here as there', async () => {
  const continued = fs.readFileSync(fixture('continued-journal.jsonl'), 'utf8')
  expect(continued.startsWith(fs.readFileSync(fixture('leanvox-rich-journal.jsonl'), 'utf8'))).toBe(true)
  const storage = journalStorage(fixture('continued-journal.jsonl'))
  expect(await describeJournal(storage)).toEqual(withoutReprs(readFixture('continued-journal.json')))
})

test('and goes on here once more', async () => {
  const storage = journalStorage(copyOf('continued-journal.jsonl'))
  const study = await loadStudy({ name: 'one', storage, sampler: randomSampler({ seed: 1 }) })
  const { complete } = study.counts
  const total = study.trials.length
  await runStudy(study, {
    trials: total + 2 - study.counts.running - study.counts.waiting,
    objective: ({ trial }) => trial.suggestFloat('rate', { low: 1e-5, high: 1e-1, log: true }),
  })
  expect(study.counts.complete).toBe(complete + 2)
  expect(study.bestTrial?.value).toBeGreaterThanOrEqual(0.75)
})
