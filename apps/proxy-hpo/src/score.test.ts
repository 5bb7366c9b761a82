import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '@leanvox/engine'
import { readVolume } from '@leanvox/io-medical'
import { unet, unetSpec } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import type { PreparedCase } from '@leanvox/training'
import { createVolume } from '@leanvox/volume'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { predictionPath, scoreTestCases } from './score.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-hpo-score-'))
  await startEngine({ backend: 'cpu' })
})
afterAll(() => rmSync(folder, { recursive: true }))

const shape = [4, 4, 4] as const
const network = unetSpec({ dimensions: 3, inChannels: 1, outChannels: 3, levels: 1, channels: [1], residualUnits: 0 })
const job = { network, patchSize: shape, labels: [1, 2], keep: true }

/** Weights whose logits are equal everywhere, so that background is predicted. */
const zeros = Object.fromEntries(
  Object.entries(unet(network).init(createRng(0))).map(([name, array]) => [
    name,
    { ...array, data: new Float32Array(array.data.length) },
  ]),
)

function caseOf(id: string, labels: readonly number[]): PreparedCase {
  const label = new Uint8Array(64)
  label.set(labels)
  const { spacing, affine } = createVolume({ data: label, shape, spacing: [2, 1, 1] })
  return { id, image: new Float32Array(64), label, channels: 1, shape, spacing, affine }
}

test('a missed label scores Dice 0 and the diagonal of the image; one that is nowhere scores nothing', async () => {
  let told = 0
  const cases = [caseOf('a', [1]), caseOf('external/b', [1, 2])]
  const scores = await scoreTestCases(job, { weights: zeros, cases, folder, onCase: () => told++ })
  expect(scores.cases).toEqual([
    { id: 'a', label: 1, dice: 0, hd95: null },
    { id: 'a', label: 2, dice: null, hd95: null },
    { id: 'external/b', label: 1, dice: 0, hd95: null },
    { id: 'external/b', label: 2, dice: 0, hd95: null },
  ])
  // From corner to corner: 4 voxels of 2, 1 and 1 mm.
  expect(scores).toMatchObject({ dice: 0, missed: 3, hd95: expect.closeTo(Math.hypot(8, 4, 4), 9) })
  expect(told).toBe(2)
})

test('predictions that are kept lie on the grid of their case', async () => {
  const one = caseOf('external/c', [1])
  await scoreTestCases(job, { weights: zeros, cases: [one], folder })
  const path = predictionPath(folder, 'external/c')
  expect(path).toBe(join(folder, 'predictions', 'external_c.nii.gz'))
  const prediction = await readVolume(path)
  expect(prediction).toMatchObject({ shape, data: new Uint8Array(64) })
  expect([...prediction.affine]).toEqual([...one.affine])
  await scoreTestCases({ ...job, keep: false }, { weights: zeros, cases: [caseOf('d', [1])], folder })
  expect(existsSync(predictionPath(folder, 'd'))).toBe(false)
})

test('scores of no case are null, as JSON has no NaN', async () => {
  expect(await scoreTestCases(job, { weights: zeros, cases: [], folder })).toEqual({
    dice: null,
    hd95: null,
    missed: 0,
    cases: [],
  })
})
