import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVolume } from '@leanvox/volume'
import { expect, test } from 'vitest'
import { inspectDataset } from './inspect-dataset.ts'
import { loadCase } from './load-case.ts'
import { readDataset } from './read-dataset.ts'
import { writeDataset, type WritableCase } from './write-dataset.ts'

const image = createVolume({ data: Float32Array.of(-1000, 0.5), shape: [1, 1, 2], spacing: [3, 2, 1] })
const label = createVolume({ data: Int32Array.of(0, 2), shape: [1, 1, 2], spacing: [3, 2, 1] })
const facts = { name: 'Phantoms', channelNames: ['CT'], labels: { background: 0, liver: 1, tumour: 2 } }
const newFolder = () => mkdtemp(join(tmpdir(), 'io-medical-'))

test('what is written reads back, case by case', async () => {
  const folder = await newFolder()
  const made: string[] = []
  async function* cases(): AsyncGenerator<WritableCase> {
    for (const id of ['p_0001', 'p_0002']) {
      made.push(id)
      await Promise.resolve()
      yield { id, image, label }
    }
    yield { id: 'unlabelled', image }
  }
  await writeDataset(folder, { ...facts, cases: cases() })
  const dataset = await readDataset(folder)
  expect(dataset).toMatchObject({ ...facts, warnings: [] })
  expect(dataset.cases.map(({ id }) => id)).toEqual(['p_0001', 'p_0002'])
  expect(dataset.testCases.map(({ id }) => id)).toEqual(['unlabelled'])
  expect((await inspectDataset(dataset)).bad).toEqual([])
  const back = await loadCase(dataset.cases[0], dataset)
  expect(back.images).toEqual([image])
  expect(back.label).toEqual({ ...label, data: Uint8Array.of(0, 2) })
})

test('several channels become one 4D file', async () => {
  const folder = await newFolder()
  const second = { ...image, data: Float32Array.of(1, 2) }
  const cases = [{ id: 'a', image: [image, second], label }]
  await writeDataset(folder, { ...facts, channelNames: ['T1', 'T2'], cases })
  const dataset = await readDataset(folder)
  expect((await loadCase(dataset.cases[0], dataset)).images).toEqual([image, second])
})

test('a stopped write leaves no data set, even over an old one', async () => {
  const folder = await newFolder()
  await writeDataset(folder, { ...facts, cases: [{ id: 'a', image, label }] })
  const stopped = writeDataset(folder, {
    ...facts,
    cases: [
      { id: 'a', image, label },
      { id: '../b', image },
    ],
  })
  await expect(stopped).rejects.toThrow(
    new RangeError(`writeDataset: expected a case id of letters, digits, '.', '_' and '-', got "../b"`),
  )
  expect(existsSync(join(folder, 'dataset.json'))).toBe(false)
})

test('refuses an id given twice and a wrong number of channels', async () => {
  const twice = [1, 2].map(() => ({ id: 'a', image, label }))
  await expect(writeDataset(await newFolder(), { ...facts, cases: twice })).rejects.toThrow(
    new RangeError('writeDataset: expected distinct case ids, got a twice'),
  )
  const cases = [{ id: 'a', image: [image, image], label }]
  await expect(writeDataset(await newFolder(), { ...facts, cases })).rejects.toThrow(
    new RangeError('writeDataset: expected 1 channels in a, got 2'),
  )
})
