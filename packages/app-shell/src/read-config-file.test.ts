import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfigFile } from './read-config-file.ts'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'app-shell-config-'))
  path = join(folder, 'config.json')
  await writeFile(path, '{"seed": 1, "training": {"epochs": 3, "loss": "dice"}}')
})
afterAll(() => rm(folder, { recursive: true }))

test('lays what was given over the file, block by block, and leaves the rest', async () => {
  const given = { seed: undefined, seeds: [1, 2], training: { epochs: 5, loss: undefined }, execution: { workers: 2 } }
  expect(await readConfigFile(path, given)).toEqual({
    seed: 1,
    seeds: [1, 2],
    training: { epochs: 5, loss: 'dice' },
    execution: { workers: 2 },
  })
})

test('makes no block of options that were not given', async () => {
  expect(await readConfigFile(undefined, { training: { epochs: undefined }, seed: undefined })).toEqual({})
})

test('hands on what is no object, and names a file that is no JSON', async () => {
  await writeFile(join(folder, 'list.json'), '[1]')
  expect(await readConfigFile(join(folder, 'list.json'), { seed: 1 })).toEqual([1])
  await writeFile(join(folder, 'half.json'), '{"a": ')
  await expect(readConfigFile(join(folder, 'half.json'))).rejects.toThrow('half.json: expected JSON, got')
})
