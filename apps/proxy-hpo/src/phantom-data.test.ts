import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCase, readDataset } from '@leanvox/io-medical'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePhantomData } from './phantom-data.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'proxy-hpo-phantoms-'))))
afterAll(() => rmSync(folder, { recursive: true }))

test('writes two data sets that pass every check, and leaves whole ones alone', async () => {
  const options = { seed: 1, cases: 2, externalCases: 1 }
  const { data, external } = await writePhantomData(folder, options)
  const [site, other] = [await readDataset(data), await readDataset(external)]
  expect(site).toMatchObject({ labels: { background: 0, organ: 1 }, channelNames: ['CT'], warnings: [] })
  expect([site.cases.length, other.cases.length]).toEqual([2, 1])
  for (const dataset of [site, other])
    for (const item of dataset.cases) expect((await loadCase(item, dataset)).labelValues).toEqual([0, 1])

  const [image] = site.cases[0].images
  const [bytes, time] = [readFileSync(image), statSync(image).mtimeMs]
  await writePhantomData(folder, options)
  expect(statSync(image).mtimeMs).toBe(time)

  rmSync(join(data, 'dataset.json')) // as a killed process leaves it
  await writePhantomData(folder, options)
  expect(existsSync(join(data, 'dataset.json'))).toBe(true)
  expect(readFileSync(image)).toEqual(bytes)
})
