import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { writeJournal } from '../fixtures/write-journal.ts'
import { type FrozenTrial } from './frozen-trial.ts'
import { createStudy, inMemoryStorage, loadStudy, randomSampler, studyNames, type Storage } from './index.ts'
import { journalStorage } from './node.ts'

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname
const readFixture = (name: string) => JSON.parse(fs.readFileSync(fixture(name), 'utf8')) as unknown

let folder: string
let path: string
let count = 0
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'hpo-journal-'))))
beforeEach(() => (path = join(folder, `${count++}.jsonl`)))
afterAll(() => fs.rmSync(folder, { recursive: true }))

/** What fixtures/describe_journal.py says of a journal, said by us. */
async function describeJournal(storage: Storage): Promise<unknown> {
  const studies = []
  for (const name of await studyNames(storage)) {
    const study = await loadStudy({ name, storage })
    const best = study.directions.length === 1 ? study.bestTrial : null
    studies.push({
      name,
      directions: study.directions,
      userAttributes: study.userAttributes,
      best: best === null ? null : { number: best.number, value: plain(best.value) },
      trials: study.trials.map(describeTrial),
    })
  }
  return studies
}

function describeTrial(trial: FrozenTrial): unknown {
  return {
    number: trial.number,
    state: trial.state,
    params: trial.params,
    values: plain(trial.values),
    intermediateValues: plain(Object.fromEntries(trial.intermediateValues)),
    userAttributes: trial.userAttributes,
    systemAttributes: trial.systemAttributes,
    distributions: Object.keys(trial.distributions),
  }
}

/** Numbers that are not finite as texts, as the script writes them. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

/** Optuna's description with the distributions' Python texts reduced to their names. */
function withoutReprs(studies: unknown): unknown {
  return (studies as { trials: { distributions: object }[] }[]).map((study) => ({
    ...study,
    trials: study.trials.map((trial) => ({ ...trial, distributions: Object.keys(trial.distributions) })),
  }))
}

test('a journal written by Optuna 5 reads here as it reads there', async () => {
  const { studies } = readFixture('optuna-journal.json') as { studies: unknown }
  expect(await describeJournal(journalStorage(fixture('optuna-journal.jsonl')))).toEqual(withoutReprs(studies))
})

test('the journal written here is, byte for byte, the one that Optuna 5 was checked on', async () => {
  await writeJournal(journalStorage(path))
  expect(fs.readFileSync(path, 'utf8')).toBe(fs.readFileSync(fixture('leanvox-journal.jsonl'), 'utf8'))
})

test('that journal reads here as Optuna 5 reads it: trials, parameters, states, values, best', async () => {
  const storage = journalStorage(fixture('leanvox-journal.jsonl'))
  expect(await describeJournal(storage)).toEqual(withoutReprs(readFixture('leanvox-journal.json')))
})

test('ranges, scales and steps arrive in Optuna as they were declared', () => {
  const [study] = readFixture('leanvox-journal.json') as { trials: { distributions: Record<string, string> }[] }[]
  expect(study.trials[0].distributions).toEqual({
    x: 'FloatDistribution(high=1.0, log=False, low=-1.0, step=None)',
    rate: 'FloatDistribution(high=0.1, log=True, low=1e-05, step=None)',
    step: 'FloatDistribution(high=1.0, log=False, low=0.0, step=0.25)',
    units: 'IntDistribution(high=64, log=True, low=1, step=1)',
    odd: 'IntDistribution(high=9, log=False, low=1, step=2)',
    kind: "CategoricalDistribution(choices=('a', 2, True, None, 1.5))",
    only: 'IntDistribution(high=3, log=False, low=3, step=1)',
  })
})

test('a study begun in Optuna goes on here', async () => {
  fs.copyFileSync(fixture('optuna-journal.jsonl'), path)
  const study = await loadStudy({ name: 'prüfung', storage: journalStorage(path), sampler: randomSampler() })
  const before = study.trials.length
  const waiting = await study.ask()
  expect(waiting.number).toBe(before - 1)
  expect(waiting.suggestFloat('x', { low: -1, high: 1 })).toBe(0.25)
  await study.tell(waiting.number, { state: 'complete', value: -7 })
  expect((await study.ask()).number).toBe(before)
  expect((await loadStudy({ name: 'prüfung', storage: journalStorage(path) })).bestTrial).toMatchObject({ value: -7 })
})

test('a half last line is ignored and cut off before the next append', async () => {
  const study = await createStudy({ name: 'a', storage: journalStorage(path) })
  const { number } = await study.ask()
  const whole = fs.readFileSync(path, 'utf8')
  fs.appendFileSync(path, '{"op_code":6,"trial_id":0,"sta')
  const again = await loadStudy({ name: 'a', storage: journalStorage(path) })
  expect(again.trials[0].state).toBe('running')
  await again.tell(number, { state: 'complete', value: 1 })
  expect(fs.readFileSync(path, 'utf8').startsWith(`${whole}{"op_code":6,"trial_id":0,"state":1,`)).toBe(true)
  await study.refresh()
  expect(study.trials[0].state).toBe('complete')
})

test.each(['{"op_code":', '[]', '{"a":1}'])('a damaged line in the middle (%s) is named', async (line) => {
  await createStudy({ name: 'a', storage: journalStorage(path) })
  fs.appendFileSync(path, `${line}\n`)
  fs.appendFileSync(path, '{"op_code":1,"study_id":0,"worker_id":"w"}\n')
  const message = `read ${path}: expected JSON in line 2, got ${JSON.stringify(line)}`
  await expect(loadStudy({ name: 'a', storage: journalStorage(path) })).rejects.toThrow(message)
})

test('telling a finished trial again is an error and leaves the journal as it was', async () => {
  const study = await createStudy({ name: 'a', storage: journalStorage(path) })
  const { number } = await study.ask()
  await study.tell(number, { state: 'complete', value: 1 })
  const before = fs.readFileSync(path, 'utf8')
  const again = study.tell(number, { state: 'complete', value: 2 })
  await expect(again).rejects.toThrow('tell: expected trial 0 to be running, got complete')
  await expect(study.tell(7, { state: 'pruned' })).rejects.toThrow('tell: expected a trial below 1, got 7')
  expect(fs.readFileSync(path, 'utf8')).toBe(before)
})

test.skipIf(!fs.existsSync('/dev/full'))('a full disk ends in an error that names the journal', async () => {
  const create = createStudy({ name: 'a', storage: journalStorage('/dev/full') })
  await expect(create).rejects.toThrow('append /dev/full: no space left on device (ENOSPC)')
})

test('an unknown operation is refused, one that only a newer writer uses for bookkeeping is not', async () => {
  const storage = inMemoryStorage()
  await storage.append([{ op_code: 10, worker_id: 'w' }])
  expect(await studyNames(storage)).toEqual([])
  await storage.append([{ op_code: 11, worker_id: 'w' } as never])
  await expect(studyNames(storage)).rejects.toThrow('journal: expected an operation code from 0 to 10')
})
