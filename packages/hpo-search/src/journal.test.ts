import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeJournal, withoutReprs } from '../fixtures/describe-journal.ts'
import { writeJournal } from '../fixtures/write-journal.ts'
import { createStudy, inMemoryStorage, loadStudy, randomSampler, studyNames } from './index.ts'
import { journalStorage } from './node.ts'

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname
const readFixture = (name: string) => JSON.parse(fs.readFileSync(fixture(name), 'utf8')) as unknown

let folder: string
let path: string
let count = 0
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'hpo-journal-'))))
beforeEach(() => (path = join(folder, `${count++}.jsonl`)))
afterAll(() => fs.rmSync(folder, { recursive: true }))

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

test.each([
  ['{"op_code":6,"worker_id":"w","trial_id":0,"state":"done","values":null}', 'state'],
  ['{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"x"}', 'param_value_internal'],
  ['{"op_code":0,"worker_id":"w","study_name":7,"directions":[1]}', 'study_name'],
])('a line edited by hand (%s) is named, and what is wrong in it is its cause', async (line, field) => {
  await createStudy({ name: 'a', storage: journalStorage(path) })
  fs.appendFileSync(path, `${line}\n`)
  const error = await loadStudy({ name: 'a', storage: journalStorage(path) }).catch(
    (caught: unknown) => caught as Error,
  )
  expect(error).toMatchObject({ name: 'FileError', code: 'BAD_LINE', message: expect.stringContaining('in line 2') })
  expect((error as Error).cause).toMatchObject({ message: expect.stringContaining(`expected ${field} in`) })
})

test('lines about trials and studies that are not there change nothing, as in Optuna', async () => {
  const study = await createStudy({ name: 'a', storage: journalStorage(path) })
  for (const line of [
    '{"op_code":6,"worker_id":"w","trial_id":99,"state":1,"values":[1]}',
    '{"op_code":4,"worker_id":"w","study_id":99,"datetime_start":null}',
    '{"op_code":2,"worker_id":"w","study_id":99,"user_attr":{"a":1}}',
  ])
    fs.appendFileSync(path, `${line}\n`)
  await study.refresh()
  expect([study.trials, study.userAttributes]).toEqual([[], {}])
})

test('a journal that became shorter than what was read of it is an error, not a study that forgets', async () => {
  const study = await createStudy({ name: 'a', storage: journalStorage(path) })
  const before = fs.statSync(path).size
  await study.ask()
  fs.truncateSync(path, before)
  await expect(study.refresh()).rejects.toThrow(`read ${path}: expected at least the`)
  await expect(study.refresh()).rejects.toMatchObject({ name: 'FileError', code: 'SHRUNK' })
})

test('of two studies of one name, made at once by two processes, the first counts for both', async () => {
  const storage = journalStorage(path)
  await createStudy({ name: 'a', storage })
  const [line] = fs.readFileSync(path, 'utf8').split('\n')
  fs.appendFileSync(path, `${line.replace('"directions":[1]', '"directions":[2]')}\n`)
  const study = await loadStudy({ name: 'a', storage: journalStorage(path) })
  expect([await studyNames(journalStorage(path)), study.directions]).toEqual([['a'], ['minimize']])
  await expect(createStudy({ name: 'a', storage: journalStorage(path) })).rejects.toThrow('expected a new name')
})

test('a journal of more records than a call may have arguments opens', async () => {
  const lines = Array.from(
    { length: 150_000 },
    (_, number) => `{"op_code":2,"worker_id":"w","study_id":0,"user_attr":{"a":${number}}}`,
  )
  fs.writeFileSync(path, `{"op_code":0,"worker_id":"w","study_name":"a","directions":[1]}\n${lines.join('\n')}\n`)
  const study = await loadStudy({ name: 'a', storage: journalStorage(path) })
  expect(study.userAttributes).toEqual({ a: 149_999 })
})

test('many readers of one storage each get what is new to them', async () => {
  const storage = journalStorage(path)
  const studies = await Promise.all(['a', 'b', 'c'].map((name) => createStudy({ name, storage })))
  for (let round = 0; round < 400; round++) await studies[round % 3].ask()
  await Promise.all(studies.map((study) => study.refresh()))
  expect(studies.map(({ trials }) => trials.length)).toEqual([134, 133, 133])
  expect((await storage.read(0)).length).toBe((await storage.read(1)).length + 1)
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
