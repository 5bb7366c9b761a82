import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '@leanvox/app-shell'
import { writeJson } from '@leanvox/files'
import { parseConfig } from './config.ts'
import { openRun, readRunConfig, runPaths, trialFolder, type RunPaths } from './run-folder.ts'

let root: string
let paths: RunPaths
let count = 0
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'proxy-hpo-run-folder-'))))
beforeEach(() => void (paths = runPaths(join(root, String(count++)))))
afterAll(() => rm(root, { recursive: true }))

const stored = (settings: object = {}) => ({ data: '/data', external: null, settings: parseConfig(settings, 'test') })

describe('openRun', () => {
  test('makes the folder, stores the configuration whole, and takes the same one again', async () => {
    await openRun(paths, stored())
    await writeJson(paths.cases, {})
    await openRun(paths, stored())
    expect(await readRunConfig(paths)).toEqual(stored())
  })

  test('refuses another configuration once there are cases, naming file and keys', async () => {
    await openRun(paths, stored())
    await writeJson(paths.cases, {})
    const other = { ...stored({ seed: 1, search: { trials: 3 } }), data: '/other' }
    await expect(openRun(paths, other)).rejects.toThrow(
      new ConfigError(
        `${paths.config}: expected the configuration this run was started with, got other values for ` +
          'data, settings.seed, settings.search.trials (use another --out folder for a new run)',
      ),
    )
    expect(await readRunConfig(paths)).toEqual(stored())
  })

  test('takes another configuration as long as there are no cases', async () => {
    await openRun(paths, stored())
    await openRun(paths, stored({ seed: 1 }))
    expect((await readRunConfig(paths)).settings.seed).toBe(1)
  })
})

describe('readRunConfig', () => {
  test('says what it expected of a folder that is no run', async () => {
    await expect(readRunConfig(paths)).rejects.toThrow(
      new ConfigError(`${paths.folder}: expected a run folder, found no config.json in it`),
    )
  })

  test('checks the stored settings again', async () => {
    await openRun(paths, stored())
    await writeFile(paths.config, '{"data": "/data", "external": null, "settings": {"sedd": 1}}')
    await expect(readRunConfig(paths)).rejects.toThrow(`${paths.config}: unknown key "sedd"`)
    await writeFile(paths.config, '{"data": ')
    await expect(readRunConfig(paths)).rejects.toThrow(`read ${paths.config}: expected JSON, got`)
  })
})

test('the folder of a trial follows its study, whatever characters the name has', () => {
  const name = (studyName: string) => trialFolder(runPaths('/run'), { studyName, number: 3 })
  expect(name('search/full-net/proxy-data')).toBe('/run/trials/search/full-net/proxy-data/3')
  expect(name('correlation/rung {"levels":2}')).toBe('/run/trials/correlation/rung___levels__2_/3')
})
