import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from './config-error.ts'
import { recordEnvironment } from './environment.ts'
import { openRunFolder, readStoredConfig, type RunFolder } from './run-folder.ts'

let root: string
let paths: RunFolder
let count = 0
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'app-shell-'))))
beforeEach(() => {
  const folder = join(root, String(count++))
  const [config, environment, cases] = ['config', 'environment', 'cases'].map((name) => join(folder, `${name}.json`))
  paths = { folder, config, environment, cases }
})
afterAll(() => rm(root, { recursive: true }))

const begun = async (stored: object) => {
  await openRunFolder(paths, stored)
  await writeFile(paths.cases, '{}')
}

describe('openRunFolder', () => {
  test('makes the folder, stores the configuration whole, and takes the same one again without writing', async () => {
    await begun({ data: '/data', settings: { seed: 1 } })
    const { mtimeNs } = await stat(paths.config, { bigint: true })
    await openRunFolder(paths, { settings: { seed: 1 }, data: '/data' })
    expect((await stat(paths.config, { bigint: true })).mtimeNs).toBe(mtimeNs)
    expect(await readStoredConfig(paths)).toEqual({ data: '/data', settings: { seed: 1 } })
  })

  test('refuses another configuration once there are cases, naming file and keys', async () => {
    await begun({ data: '/data', settings: { seed: 1, workers: 1 } })
    const other = { data: '/other', settings: { seed: 2, workers: 2 } }
    await expect(openRunFolder(paths, other, { isFree: (key) => key === 'settings.workers' })).rejects.toThrow(
      new ConfigError(
        `${paths.config}: expected the configuration this run was started with, got other values for ` +
          'data, settings.seed (use another --out folder for a new run)',
      ),
    )
    expect(await readStoredConfig(paths)).toEqual({ data: '/data', settings: { seed: 1, workers: 1 } })
  })

  test('stores the new values of free keys', async () => {
    await begun({ workers: 1 })
    await openRunFolder(paths, { workers: 2 }, { isFree: (key) => key === 'workers' })
    expect(await readStoredConfig(paths)).toEqual({ workers: 2 })
  })

  test('compares with what `read` gives', async () => {
    await begun({ seed: 1 })
    await openRunFolder(paths, { seed: 1, added: 0 }, { read: () => Promise.resolve({ seed: 1, added: 0 }) })
    await expect(openRunFolder(paths, { seed: 1, added: 0 })).rejects.toThrow('other values for added')
  })

  test('takes another configuration as long as there are no cases', async () => {
    await openRunFolder(paths, { seed: 0 })
    await openRunFolder(paths, { seed: 1 })
    expect(await readStoredConfig(paths)).toEqual({ seed: 1 })
  })
})

test('a folder that is no run is refused in words', async () => {
  await expect(readStoredConfig(paths)).rejects.toThrow(
    new ConfigError(`${paths.folder}: expected a run folder, found no config.json in it`),
  )
})

test('the environment of the first run is kept once there are cases', async () => {
  await openRunFolder(paths, {})
  const record = (command: string) => recordEnvironment(paths, { startedAt: '2026-01-02', command, commit: null })
  await record('first')
  await record('second')
  await writeFile(paths.cases, '{}')
  await record('third')
  expect(JSON.parse(await readFile(paths.environment, 'utf8'))).toMatchObject({
    command: 'second',
    node: process.version,
  })
})
