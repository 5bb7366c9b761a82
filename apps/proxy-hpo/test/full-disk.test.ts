import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadStudy, studyNames } from '@leanvox/hpo-search'
import { journalStorage } from '@leanvox/hpo-search/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePhantomData } from '../src/phantom-data.ts'
import { runApp } from './run-app.ts'
import { SMALL_SEARCH } from './small-search.ts'

let root: string
let disk: string
let args: (step: string) => string[]
let noDisk = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'proxy-hpo-full-disk-'))
  disk = join(root, 'disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    noDisk = `a small file system cannot be mounted here: ${(error as Error).message.trim().split('\n').at(-1)}`
  }
  const { data } = await writePhantomData(join(root, 'data'), { seed: 3, cases: 4, externalCases: 1 })
  writeFileSync(join(root, 'config.json'), JSON.stringify(SMALL_SEARCH))
  args = (step) => [step, '--data', data, '--config', join(root, 'config.json'), '--out', join(disk, 'run')]
})
afterAll(() => {
  if (noDisk === '') execFileSync('umount', [disk])
  rmSync(root, { recursive: true })
})

test(
  'a full disk ends the run with the file it could not write; with room again the run goes on, no trial lost',
  { timeout: 600_000 },
  async ({ skip }) => {
    skip(noDisk !== '', noDisk)
    const refused = await runApp(args('select'))
    expect(refused.code).toBe(1)
    expect(lastLine(refused)).toMatch(/^proxy-hpo: write .*\/prepared\/.*\.case: no space left on device \(ENOSPC\)$/)

    execFileSync('mount', ['-o', 'remount,size=16m', disk])
    expect((await runApp(args('select'))).code).toBe(0)
    leaveFree(20_000) // enough for the journal, too little for a checkpoint
    const stopped = await runApp(args('run'))
    expect(stopped.code).toBe(1)
    expect(lastLine(stopped)).toMatch(/^proxy-hpo: \w+ .*\/run\/.*: no space left on device \(ENOSPC\)$/)
    expect(await statesOf('search/full-net/full-data')).toEqual(['running'])

    rmSync(join(disk, 'filler'))
    expect((await runApp(args('run'))).code).toBe(0)
    expect(await statesOf('search/full-net/full-data')).toEqual(['complete', 'complete'])
    expect(JSON.parse(readFileSync(join(disk, 'run', 'results.json'), 'utf8'))).toMatchObject({ arms: [{ failed: 0 }] })
  },
)

function leaveFree(bytes: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - bytes))
}

async function statesOf(name: string): Promise<string[]> {
  const storage = journalStorage(join(disk, 'run', 'journal.jsonl'))
  return (await studyNames(storage)).includes(name)
    ? (await loadStudy({ name, storage })).trials.map(({ state }) => state)
    : []
}

function lastLine({ stderr }: { stderr: string }): string | undefined {
  return stderr.trim().split('\n').at(-1)
}
