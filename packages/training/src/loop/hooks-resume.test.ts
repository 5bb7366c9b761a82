import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blobCases } from '../../fixtures/blob-cases.ts'
import { loadCheckpoint, saveCheckpoint, type CheckpointState } from '../checkpoints/checkpoint.ts'
import type { EpochPlan } from './hooks.ts'
import type { TrainOptions } from './train-options.ts'
import { train } from './train.ts'

const root = mkdtempSync(join(tmpdir(), 'leanvox-hooks-resume-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const cases = blobCases(5, { shape: [6, 6, 6] })
const LAST = 'checkpoints/last.safetensors'
const bytes = (folder: string, name = LAST) => readFileSync(join(folder, name))

/** Everything at once: three steps an epoch, plans that depend on weights, average and the plan before. */
function hooked(folder: string, changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    folder,
    network: unet({ channels: [2, 3], convsPerLevel: 1 }),
    cases,
    epochs: 4,
    patchSize: [6, 6, 6],
    learningRate: 0.02,
    seed: 5,
    clock: () => 0,
    average: { decay: 0.8 },
    groups: [
      { cases: [0, 1, 2], perBatch: 1 },
      { cases: [3, 4], perBatch: 1 },
    ],
    applyOptions: ({ rng }) => ({ rescale: rng.uniformIn(0.4, 1) }),
    beforeEpoch: async ({ epoch, weights, average, previous }) => {
      if (epoch === 2) return null
      const scores = cases.map((_, i) => Math.abs(weights['head.0.kernel'].dataSync()[0]) + 0.1 * (i + 1))
      const lossWeights = scores.map((score) => score + Math.abs(average!['head.0.kernel'].dataSync()[1]))
      const note = { epoch, before: previous?.note ?? null, undefinedScore: NaN }
      return { drawWeights: scores, lossWeights, extra: { cases: [epoch % 5], perBatch: 1 }, note } satisfies EpochPlan
    },
    validate: async (weights, { epoch }) => ({
      dice: weights['head.0.kernel'].dataSync()[1],
      labels: {},
      epochSquared: epoch ** 2,
      odd: NaN,
      multiplyAdds: 7,
    }),
    ...changes,
  }
}

test('a run that breaks off in the middle of a planned epoch ends, continued, with the bytes of an undisturbed one', async () => {
  const [whole, broken] = [join(root, 'whole'), join(root, 'broken')]
  const undisturbed = await train(hooked(whole))
  const breakOff = ({ kind, step }: { kind: string; step: number }) => {
    if (kind === 'step' && step === 8) throw new Error('power cut') // the second step of epoch 3
  }
  await expect(train(hooked(broken, { onEvent: breakOff }))).rejects.toThrow('power cut')
  const continued = await train(hooked(broken))

  expect(continued).toEqual(undisturbed)
  for (const name of [LAST, 'checkpoints/best.safetensors', 'metrics.jsonl']) {
    expect(bytes(broken, name).equals(bytes(whole, name)), name).toBe(true)
  }
  expect(undisturbed.history.map(({ validation }) => validation)).toMatchObject(
    [1, 4, 9, 16].map((epochSquared) => ({ epochSquared, odd: NaN })),
  )
  expect(undisturbed.validationMultiplyAdds).toBe(4 * 7)
  expect(undisturbed.plan!.note).toMatchObject({ epoch: 4, undefinedScore: null, before: { epoch: 3 } })
  expect(await train(hooked(broken))).toEqual(undisturbed) // nothing left to do
})

test('a checkpoint from before the hooks is continued by a run without hooks, its cost filled in', async () => {
  const [whole, old] = [join(root, 'plain'), join(root, 'old')]
  const options = (folder: string): TrainOptions => ({
    ...{ folder, cases, network: unet({ channels: [2], levels: 1 }), clock: () => 0 },
    ...{ epochs: 2, batchSize: 2, patchSize: [6, 6, 6] },
  })
  const undisturbed = await train(options(whole))
  await train({ ...options(old), onEvent: ({ kind }) => (kind === 'epoch' ? 'stop' : undefined) })
  const { state, ...rest } = (await loadCheckpoint(join(old, LAST)))!
  const { multiplyAdds: _, plan: __, ...before } = state
  const timing = { seconds: 0, validationSeconds: 0 }
  await saveCheckpoint(join(old, LAST), { ...rest, timing, state: before satisfies CheckpointState })
  expect(await train(options(old))).toEqual(undisturbed)
})

test.each<[Partial<TrainOptions>, string]>([
  [{ average: { decay: 0.9 } }, 'average {"decay":0.9} instead of {"decay":0.8}'],
  [{ average: null }, 'average nothing instead of {"decay":0.8}'],
  [
    { validate: undefined },
    'hooks ["applyOptions","beforeEpoch"] instead of ["applyOptions","validate","beforeEpoch"]',
  ],
  [{ groups: [{ cases: [0, 1, 2], perBatch: 2 }] }, 'groups [{"cases":[0,1,2],"perBatch":2}] instead of'],
  [{ hookSettings: { prior: 'uniform' } }, 'hookSettings {"prior":"uniform"} instead of nothing'],
])('refuses to continue with other hooks: %j', async (change, message) => {
  const folder = join(root, 'signature')
  await train(hooked(folder, { epochs: 1 }))
  await expect(train(hooked(folder, { epochs: 1, ...change }))).rejects.toThrow(message)
})

test('a plain checkpoint is refused by a run that keeps an average', async () => {
  const folder = join(root, 'without-average')
  const options: TrainOptions = {
    ...{ folder, cases, network: unet({ channels: [2], levels: 1 }) },
    ...{ epochs: 1, patchSize: [6, 6, 6] },
  }
  await train(options)
  await expect(train({ ...options, average: { decay: 0.5 } })).rejects.toThrow(
    'average {"decay":0.5} instead of nothing',
  )
})
