import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadStudy, type FrozenTrial } from './index.ts'
import { journalStorage } from './node.ts'

const script = new URL('../fixtures/run-quick-study.ts', import.meta.url).pathname
const node = [process.execPath, '--conditions=@leanvox/source', script]

let folder: string
let undisturbed: readonly object[]
beforeAll(async () => {
  folder = fs.mkdtempSync(join(tmpdir(), 'hpo-full-disk-'))
  const path = join(folder, 'undisturbed.jsonl')
  expect(run([...node, path]).status).toBe(0)
  undisturbed = await lasting(path)
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

function run([program, ...words]: readonly string[]): { status: number | null; stderr: string } {
  return spawnSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
}

/** All that must not depend on a disk that was full. */
async function lasting(path: string): Promise<object[]> {
  const { trials } = await loadStudy({ name: 'quick', storage: journalStorage(path) })
  return trials.map(({ number, state, params, values, intermediateValues }: FrozenTrial) => ({
    ...{ number, state, params, values, intermediateValues },
  }))
}

/** What was finished before the disk was full is as it was, and the rest follows once there is room. */
async function expectNothingLost(path: string): Promise<void> {
  const before = (await lasting(path)).filter((trial) => 'state' in trial && trial.state !== 'running')
  expect(before.length).toBeGreaterThan(2)
  expect(before).toEqual(undisturbed.slice(0, before.length))
  expect(before.length).toBeLessThan(undisturbed.length)
}

test('a journal that may not grow ends the run with its name; with room again the study ends as an undisturbed one', async () => {
  const path = join(folder, 'limited.jsonl')
  // The unit is half a kilobyte or a whole one, as the shell likes.
  const { status, stderr } = run(['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh', ...node, path])
  expect(status).toBe(1)
  expect(stderr).toContain(`append ${path}: `)
  expect(stderr).toContain('EFBIG')
  await expectNothingLost(path)
  expect(run([...node, path]).status).toBe(0)
  expect(await lasting(path)).toEqual(undisturbed)
})

const disk = mountSmallDisk()
afterAll(() => disk !== null && execFileSync('umount', [disk]))

test.skipIf(disk === null)('so does a disk without space (needs root, for a small file system)', async () => {
  const path = join(disk as string, 'journal.jsonl')
  const { status, stderr } = run([...node, path])
  expect(status).toBe(1)
  expect(stderr).toContain(`append ${path}: no space left on device (ENOSPC)`)
  await expectNothingLost(path)
  execFileSync('mount', ['-o', 'remount,size=1m', disk as string])
  expect(run([...node, path]).status).toBe(0)
  expect(await lasting(path)).toEqual(undisturbed)
})

/** A file system of two pages, or null where none may be mounted. */
function mountSmallDisk(): string | null {
  const place = fs.mkdtempSync(join(tmpdir(), 'hpo-small-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', place], { stdio: 'ignore' })
  if (status === 0) return place
  fs.rmdirSync(place)
  return null
}
