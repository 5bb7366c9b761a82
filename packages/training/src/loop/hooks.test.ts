import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '@leanvox/engine'
import { unet, type ApplyOptions } from '@leanvox/nets'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blobCases } from '../../fixtures/blob-cases.ts'
import { diceCrossEntropyLoss } from '../losses/dice-cross-entropy.ts'
import type { EpochPlan, StepBatch } from './hooks.ts'
import type { TrainOptions } from './train-options.ts'
import { train } from './train.ts'

const root = mkdtempSync(join(tmpdir(), 'leanvox-hooks-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const cases = blobCases(4, { shape: [6, 6, 6] })
const network = unet({ channels: [3, 4], convsPerLevel: 1 })

/** Two steps of two items an epoch. */
function tiny(changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    network,
    cases,
    validationCases: cases.slice(0, 1),
    epochs: 3,
    batchSize: 2,
    patchSize: [6, 6, 6],
    learningRate: 0.01,
    clock: () => 0,
    ...changes,
  }
}

/** Keeps what the plain loss would compute, and shows the batches. */
function recording(seen: StepBatch[]): NonNullable<TrainOptions['objective']> {
  return (weights, batch, { applyOptions }) => {
    seen.push(batch)
    return diceCrossEntropyLoss(network.apply(weights, batch.images, applyOptions), batch.labels)
  }
}

describe('applyOptions', () => {
  const drawn: ApplyOptions = { rescale: 0.3 }

  test('reach the network, and their multiply-adds are summed step by step, over a resume too', async () => {
    const given: number[] = []
    const applyOptions: NonNullable<TrainOptions['applyOptions']> = ({ rng, step }) => {
      const rescale = rng.uniformIn(0.2, 0.8)
      given[step] = rescale
      return { rescale }
    }
    const folder = join(root, 'cost')
    const options = tiny({ folder, applyOptions })
    await train({ ...options, onEvent: ({ kind, epoch }) => (kind === 'epoch' && epoch === 2 ? 'stop' : undefined) })
    const { multiplyAdds, lastWeights } = await train(options)
    const sum = given.slice(1).reduce((total, rescale) => total + network.multiplyAdds([6, 6, 6], { rescale }), 0)
    expect(given).toHaveLength(7)
    expect(new Set(given.slice(1)).size).toBe(6)
    expect(multiplyAdds).toBe(3 * 2 * sum)
    expect(lastWeights).not.toEqual((await train(tiny())).lastWeights)
  })

  test('an objective that does the same gives the same run', async () => {
    const plain = await train(tiny({ applyOptions: () => drawn }))
    const own = await train(tiny({ applyOptions: () => drawn, objective: recording([]) }))
    expect(own).toEqual(plain)
  })
})

describe('objective', () => {
  test('reads cases that have no label, as zeros, and knows them by index', async () => {
    const seen: StepBatch[] = []
    const unlabelled = cases.map((one, i) => (i < 2 ? one : { ...one, label: one.label.map(() => 0), hasLabel: false }))
    const { steps } = await train(tiny({ cases: unlabelled, objective: recording(seen), epochs: 1 }))
    expect(steps).toBe(2)
    expect(seen.flatMap((batch) => batch.cases).sort()).toEqual([0, 1, 2, 3])
    expect(seen.map(({ lossWeights }) => lossWeights)).toEqual([null, null])
    await expect(train(tiny({ cases: unlabelled }))).rejects.toThrow('checkCases: expected a label in case blob-1-2')
  })

  test('is asked for a scalar, and leaves no tensor when it gives another', async () => {
    const before = memory().numTensors
    const objective = ((weights) => weights['head.0.kernel']) as NonNullable<TrainOptions['objective']>
    await expect(train(tiny({ objective }))).rejects.toThrow(
      'train: expected objective to return a scalar, got shape [1,1,1,3,2]',
    )
    expect(memory().numTensors).toBe(before)
  })
})

describe('average', () => {
  test('is decay a + (1 - decay) w after every step, from the fresh weights on', async () => {
    const options = tiny({ average: { decay: 0.75 }, epochs: 1, batchSize: 4, validationCases: [] })
    const fresh = await train({ ...options, learningRate: 0 })
    expect(fresh.averageWeights).toEqual(fresh.lastWeights)
    const [one, two] = [await train(options), await train({ ...options, patchesPerCase: 2, schedule: 'constant' })]
    const mid = (await train({ ...options, schedule: 'constant' })).lastWeights
    expect(one.averageWeights).not.toBeNull()
    for (const [name, { data }] of Object.entries(fresh.lastWeights)) {
      data.forEach((start, i) => {
        const first = 0.75 * start + 0.25 * mid[name].data[i]
        const second = 0.75 * first + 0.25 * two.lastWeights[name].data[i]
        expect(one.averageWeights![name].data[i]).toBeCloseTo(first, 5)
        void second
      })
    }
  })
})

describe('a plan', () => {
  test('comes before each epoch, is kept by null, and is told again after a resume', async () => {
    const previous: (EpochPlan | null)[] = []
    const beforeEpoch: NonNullable<TrainOptions['beforeEpoch']> = async ({ epoch, previous: last }) => {
      previous.push(last)
      return epoch === 3 ? null : { lossWeights: [1, 2, 3, 4], note: { epoch } }
    }
    const { plan } = await train(tiny({ beforeEpoch }))
    expect(previous).toEqual([null, ...[1, 2].map((epoch) => ({ lossWeights: [1, 2, 3, 4], note: { epoch } }))])
    expect(plan).toEqual({ lossWeights: [1, 2, 3, 4], note: { epoch: 2 } })
  })
})
