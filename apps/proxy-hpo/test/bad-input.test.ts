import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoredCases } from '../src/cases.ts'
import { writePhantomData, type PhantomFolders } from '../src/phantom-data.ts'
import { DAMAGES, messageOf, pathsOf } from './damage.ts'
import type { Ended } from '@leanvox/app-shell/testing'
import { runApp } from './run-app.ts'

const GOOD = 4

let root: string
let whole: PhantomFolders
let count = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'proxy-hpo-bad-input-'))
  whole = await writePhantomData(join(root, 'data'), { seed: 2, cases: GOOD, externalCases: 1 })
})
afterAll(() => rmSync(root, { recursive: true }))

/** A copy of the good data set, to be damaged. */
function copyOfData(): string {
  const folder = join(root, `copy-${count++}`)
  cpSync(whole.data, folder, { recursive: true })
  return folder
}

/** `select` prepares the cases as `run` does, and trains nothing. */
async function select(data: string, { out = join(root, `run-${count++}`), more = [] as string[], config = {} } = {}) {
  writeFileSync(`${out}.json`, typeof config === 'string' ? config : JSON.stringify(config))
  const ended = await runApp(['select', '--data', data, '--out', out, '--config', `${out}.json`, ...more])
  return { ...ended, out }
}

/** The whole of what it says when it stops: one line. */
const refusal = (message: string) => ({ code: 1, stdout: '', errors: [`proxy-hpo: ${message}`] })
const told = ({ code, stdout, stderr }: Ended) => ({
  code,
  stdout,
  errors: stderr.split('\n').filter((line) => line !== '' && !line.startsWith('preparing ')),
})

// Each test has folders of its own, and most of the time goes into starting the app.
describe.concurrent('a bad volume', () => {
  test('is set aside with file, expected and found, and the work goes on without it', async () => {
    const data = await dataWithEveryDamage()
    const { code, stderr, out } = await select(data)
    expect(code).toBe(0)
    const messages = DAMAGES.map((damage, i) => messageOf(damage, pathsOf(data, GOOD + i)))
    for (const message of messages) expect(stderr).toContain(`\nset aside: ${message}\n`)
    const { split, setAside } = JSON.parse(readFileSync(join(out, 'cases.json'), 'utf8')) as StoredCases
    expect(setAside).toEqual(messages)
    expect([...split.train, ...split.validation, ...split.test].sort()).toEqual(
      Array.from({ length: GOOD }, (_, i) => `phantom_a_00${i}`),
    )
  })

  test.each(DAMAGES)('stops the run with one line when asked to: $title', async (damage) => {
    const data = copyOfData()
    const paths = pathsOf(data, 1)
    await damage.damage(paths)
    const ended = await select(data, { config: { onBadCase: 'stop' } })
    expect(told(ended)).toEqual(refusal(messageOf(damage, paths)))
    expect(existsSync(join(ended.out, 'journal.jsonl'))).toBe(false)
  })
})

describe.concurrent('a data set', () => {
  test('of one volume is refused', async () => {
    expect(told(await select(whole.data, { config: { maxCases: 1 } }))).toEqual(
      refusal(
        `${whole.data}: expected enough cases for at least 2 training, 1 validation and 1 test cases, got 1 usable case`,
      ),
    )
  })

  test('without dataset.json is refused; the run folder then takes the right one', async () => {
    const data = join(root, 'nowhere')
    const refused = await select(data)
    expect(told(refused)).toEqual(
      refusal(`readDataset: expected a readable file in ${join(data, 'dataset.json')}, got no such file`),
    )
    expect((await select(whole.data, { out: refused.out, config: { seed: 3 } })).code).toBe(0)
  })

  test('that is external and has other labels is refused', async () => {
    const external = copyOfData()
    const path = join(external, 'dataset.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"1": "organ"', '"1": "organ", "2": "lesion"'))
    expect(told(await select(whole.data, { more: ['--external', external] }))).toEqual(
      refusal(
        `${external}: expected labels [0,1] and 1 channel(s) as in ${whole.data}, got labels [0,1,2] and 1 channel(s)`,
      ),
    )
  })

  test('that is external and has no usable case is refused', async () => {
    const external = copyOfData()
    for (let i = 0; i < GOOD; i++) rmSync(pathsOf(external, i).image)
    const { code, stderr } = await select(whole.data, { more: ['--external', external] })
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`\nproxy-hpo: ${external}: expected at least one usable case, got none\n$`))
  })
})

describe.concurrent('a configuration', () => {
  const file = (ended: { out: string }) => `${ended.out}.json`

  test.each([
    [{ search: { trails: 3 } }, 'search: unknown key "trails"'],
    [{ training: { epochs: 0 } }, 'training.epochs: expected number to be >0, got 0'],
    [[], 'expected object, got []'],
  ])('of %j is refused with its file and key, and nothing is made', async (config, message) => {
    const ended = await select(whole.data, { config })
    expect(told(ended)).toEqual(refusal(`${file(ended)}: ${message}`))
    expect(existsSync(ended.out)).toBe(false)
  })

  test('that is no JSON is refused', async () => {
    const ended = await select(whole.data, { config: '{"seed": ' })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/^proxy-hpo: read .*\.json: expected JSON, got "\{\\"seed\\": " \(.*\)\n$/)
    expect(ended.stderr).toContain(file(ended))
  })

  test('given on the command line is checked too', async () => {
    const ended = await select(whole.data, { more: ['--trials', 'many'] })
    expect(told(ended)).toEqual(refusal(`${file(ended)}: search.trials: expected number, got NaN`))
  })

  test('other than that of a run with cases is refused; the same one is taken', async () => {
    const { out } = await select(whole.data)
    const ended = await select(whole.data, { out, config: { search: { trials: 3 }, seed: 1 } })
    expect(told(ended)).toEqual(
      refusal(
        `${join(out, 'config.json')}: expected the configuration this run was started with, got other values for ` +
          'settings.seed, settings.search.trials (use another --out folder for a new run)',
      ),
    )
    expect((await select(whole.data, { out })).code).toBe(0)
  })
})

test('a backend that does not load ends the run with its reason, before the search', async () => {
  const [out, config] = [join(root, `run-${count++}`), join(root, 'backend.json')]
  writeFileSync(config, JSON.stringify({ backend: 'tfjs-node-gpu' }))
  const ended = await runApp(['run', '--data', whole.data, '--out', out, '--config', config])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/\nproxy-hpo: startEngine: expected backend tfjs-node-gpu to load, got .*\n$/)
  expect(readFileSync(join(out, 'journal.jsonl'), 'utf8')).not.toContain('search/')
})

test('a folder that is no run has no report', async () => {
  expect(told(await runApp(['report', '--out', root]))).toEqual(
    refusal(`${root}: expected a run folder, found no config.json in it`),
  )
})

/** The good cases, and one for each kind of damage. */
async function dataWithEveryDamage(): Promise<string> {
  const folder = (
    await writePhantomData(join(root, 'damaged'), { seed: 2, cases: GOOD + DAMAGES.length, externalCases: 1 })
  ).data
  for (const [i, { damage }] of DAMAGES.entries()) await damage(pathsOf(folder, GOOD + i))
  return folder
}
