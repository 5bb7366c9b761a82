import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadStudy } from '@leanvox/hpo-search'
import { journalStorage } from '@leanvox/hpo-search/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePhantomData } from '../src/phantom-data.ts'
import { compareRuns, countProgress } from './compare-runs.ts'
import { DAMAGES, messageOf, pathsOf } from './damage.ts'
import { childrenOf, isAlive, runApp, sleep, startApp } from './run-app.ts'
import { SMALL_SEARCH } from './small-search.ts'

let root: string
let args: (out: string) => string[]
let setAside: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'proxy-hpo-interruption-'))
  const { data } = await writePhantomData(join(root, 'data'), { seed: 3, cases: 5, externalCases: 1 })
  const nanVoxels = DAMAGES.find(({ title }) => title.startsWith('NaN'))!
  await nanVoxels.damage(pathsOf(data, 2))
  setAside = messageOf(nanVoxels, pathsOf(data, 2))
  writeFileSync(join(root, 'config.json'), JSON.stringify(SMALL_SEARCH))
  args = (out) => ['run', '--data', data, '--config', join(root, 'config.json'), '--out', join(root, out)]
})
afterAll(() => rmSync(root, { recursive: true }))

test(
  'a run that lost a child, was interrupted and continued ends as an undisturbed one; its page tells of the bad volume',
  { timeout: 600_000 },
  async () => {
    const calm = await runApp(args('calm'))
    expect(calm).toMatchObject({ code: 0, signal: null })
    expect(calm.stdout).toMatch(/\| full-net\/full-data \| .*\nreport: .*calm\/report\.html\n$/)

    const journal = join(root, 'disturbed', 'journal.jsonl')
    const first = startApp(args('disturbed'))
    await until(() => reports(journal) >= 1)
    const [child] = childrenOf(first.process.pid!)
    process.kill(child, 'SIGKILL')
    await until(() => reports(journal) >= 3)

    const second = await runApp(args('disturbed'))
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(
      new RegExp(`^proxy-hpo: ${join(root, 'disturbed')} is in use by process ${first.process.pid} since .*Z\n$`),
    )

    await until(() => reports(journal) >= 6)
    const [training] = childrenOf(first.process.pid!)
    first.process.kill('SIGINT')
    const interrupted = await first.ended
    expect(interrupted.code).toBe(130)
    expect(isAlive(training)).toBe(false)
    expect(interrupted.stderr).toMatch(/\nproxy-hpo: interrupted; start the same command again to go on\n$/)
    expect(interrupted.stderr).toContain(
      'search/full-net/full-data trial 0: attempt 1 failed, trying again: child process ended with SIGKILL',
    )

    const last = await runApp(args('disturbed'))
    expect(last.code).toBe(0)
    expect(await compareRuns(join(root, 'calm'), join(root, 'disturbed'))).toEqual([])
    expect(await crashesOf(journal)).toEqual([1, undefined])
    await expectResultsAgain(join(root, 'calm'))
    for (const out of ['calm', 'disturbed'])
      expect(readFileSync(join(root, out, 'report.html'), 'utf8')).toContain(`Set aside: ${setAside}`)
  },
)

/** `report` puts the same results together again; `export` writes them as a page with its rows. */
async function expectResultsAgain(folder: string): Promise<void> {
  const results = () => readFileSync(join(folder, 'results.json'), 'utf8')
  const before = results()
  rmSync(join(folder, 'report.html'))
  expect((await runApp(['report', '--out', folder])).code).toBe(0)
  expect(results()).toBe(before)
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('Held-out cases.')
  expect((await runApp(['export', '--out', folder, '--to', join(folder, 'page')])).code).toBe(0)
  const { rows } = JSON.parse(readFileSync(join(folder, 'page.json'), 'utf8')) as { rows: { kind: string }[] }
  expect(rows.map(({ kind }) => kind)).toEqual(['arm', 'trial', 'trial', 'trial'])
  expect(readFileSync(join(folder, 'page.md'), 'utf8')).toContain('\n| full-net/full-data | ')
}

/** How often each trial of the search lost its process. */
async function crashesOf(journal: string): Promise<unknown[]> {
  const { trials } = await loadStudy({ name: 'search/full-net/full-data', storage: journalStorage(journal) })
  return trials.map(({ systemAttributes }) => systemAttributes['leanvox:crashes'])
}

/** How many validations the journal holds. */
function reports(journal: string): number {
  return countProgress(journal) === 0 ? 0 : readFileSync(journal, 'utf8').split('"op_code":7').length - 1
}

async function until(holds: () => boolean): Promise<void> {
  const started = performance.now()
  while (!holds()) {
    if (performance.now() - started > 240_000) throw new Error('waited four minutes in vain')
    await sleep(20)
  }
}
