import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockFolder } from './index.ts'

let root: string
let folder: string
let count = 0
beforeAll(() => (root = fs.mkdtempSync(join(tmpdir(), 'files-lock-'))))
beforeEach(() => (folder = join(root, String(count++))))
afterAll(() => fs.rmSync(root, { recursive: true }))

const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`

/** A process that tries to lock the folder, prints `held` or the error, and then waits. */
async function locker(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    import { lockFolder } from ${JSON.stringify(new URL('./lock-folder.ts', import.meta.url).href)}
    await lockFolder(${JSON.stringify(folder)}).then(() => console.log('held'), (error) => console.log(error.message))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  const [data] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, said: String(data).trim() }
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a second lock names the holder; after release the folder is free and empty', async () => {
  const lock = await lockFolder(folder)
  const message = new RegExp(`^${folder} is in use by process ${process.pid} since ${iso}$`)
  await expect(lockFolder(folder)).rejects.toThrow(message)
  await expect(lockFolder(folder)).rejects.toMatchObject({ name: 'FileError', code: 'IN_USE', path: folder })
  const { child, said } = await locker()
  expect(said).toMatch(message)
  await end(child)
  await lock.release()
  await lock.release()
  expect(fs.readdirSync(folder)).toEqual([])
  await (await lockFolder(folder)).release()
})

test('the lock of a killed process is taken over, again and again', async () => {
  for (let kill = 0; kill < 3; kill++) {
    const { child, said } = await locker()
    expect(said).toBe('held')
    await end(child)
  }
  const lock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`)
  await lock.release()
  expect(fs.readdirSync(folder)).toEqual([])
})

test.skipIf(process.platform !== 'linux')('a recycled process number does not hold a lock', async () => {
  await lockFolder(folder)
  const path = join(folder, '.lock')
  const record = JSON.parse(fs.readFileSync(path, 'utf8')) as Record<string, unknown>
  fs.writeFileSync(path, JSON.stringify({ ...record, started: 'an earlier start' }))
  await (await lockFolder(folder)).release()
  expect(fs.readdirSync(folder)).toEqual([])
})

test('a holder on another machine counts as alive', async () => {
  await lockFolder(folder)
  const path = join(folder, '.lock')
  const record = JSON.parse(fs.readFileSync(path, 'utf8')) as Record<string, unknown>
  fs.writeFileSync(path, JSON.stringify({ ...record, pid: 999999, place: 'elsewhere' }))
  await expect(lockFolder(folder)).rejects.toThrow(`${folder} is in use by process 999999 on elsewhere since`)
})

test('of processes racing for a dead lock exactly one gets it', { timeout: 30_000 }, async () => {
  for (let round = 0; round < 3; round++) {
    folder = join(root, `race-${round}`)
    await end((await locker()).child)
    const racers = await Promise.all([locker(), locker(), locker(), locker()])
    const held = racers.filter(({ said }) => said === 'held')
    expect(held).toHaveLength(1)
    const others = racers.filter(({ said }) => said !== 'held')
    for (const { said } of others) expect(said).toContain(`is in use by process ${held[0].child.pid} since`)
    await Promise.all(racers.map(({ child }) => end(child)))
  }
})

test('a damaged lock file asks for a decision', async () => {
  fs.mkdirSync(folder)
  fs.writeFileSync(join(folder, '.lock'), '{')
  await expect(lockFolder(folder)).rejects.toThrow('expected a lock record, got a damaged file')
})
