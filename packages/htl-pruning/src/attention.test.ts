import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { disposeAll, startEngine, toTensors, type NamedTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { train, type EpochPlan, type TrainOptions } from '@leanvox/training'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { squareCases } from '../fixtures/square-cases.ts'
import {
  attention,
  attentionWeights,
  htlHistory,
  isNote,
  scoreCases,
  selectHtl,
  type AttentionOptions,
  type AttentionRound,
} from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'leanvox-attention-'))
const network = unet({ dimensions: 2, channels: [3, 4], convsPerLevel: 1 })
const arrays = network.init(createRng(2))
const cases = squareCases(10)
let weights: NamedTensors

beforeAll(async () => {
  await startEngine({ backend: 'wasm' })
  weights = toTensors(arrays)
})
afterAll(() => {
  disposeAll(weights)
  rmSync(root, { recursive: true, force: true })
})

const sparsities = [0.6, 0.8]
const options = (changes: Partial<AttentionOptions> = {}): AttentionOptions => ({
  network,
  cases,
  arm: 'htl',
  warmup: 0,
  select: { fraction: 0.3 },
  sparsities,
  ...changes,
})
const plan = (changes: Partial<AttentionOptions>, epoch = 1, previous: EpochPlan | null = null) =>
  attention(options(changes)).beforeEpoch({ epoch, weights, average: null, previous })
const setOf = async (changes: Partial<AttentionOptions>, epoch = 1) =>
  (await plan(changes, epoch))?.note.rounds.at(-1)?.set

describe('timing', () => {
  test('rounds come after the warm-up, every few epochs', async () => {
    const { beforeEpoch } = attention(options({ arm: 'random', warmup: 2, every: 3 }))
    const rounds: number[] = []
    for (let epoch = 1; epoch <= 10; epoch++) {
      if (await beforeEpoch({ epoch, weights, average: null, previous: null })) rounds.push(epoch)
    }
    expect(rounds).toEqual([3, 6, 9])
  })

  test('the plain arm never has a plan', async () => {
    expect(await plan({ arm: 'plain' })).toBeNull()
  })
})

describe('the set', () => {
  test('of htl holds the cases of largest disagreement', async () => {
    const { scores } = await scoreCases({ network, weights: arrays, cases }, { sparsities })
    expect(await setOf({})).toEqual(selectHtl(scores, { fraction: 0.3 }))
  })

  test('of high-loss holds the cases of largest dense loss, or entropy where one has no label', async () => {
    const { losses, entropies } = await scoreCases({ network, weights: arrays, cases }, { sparsities })
    expect(await setOf({ arm: 'high-loss' })).toEqual(selectHtl(losses, { fraction: 0.3 }))
    const bare = cases.map((one, i) => (i === 4 ? { ...one, hasLabel: false } : one))
    expect(await setOf({ arm: 'high-loss', cases: bare })).toEqual(selectHtl(entropies, { fraction: 0.3 }))
  })

  test('of random is as large, repeats with its seed and changes with the epoch', async () => {
    const sets = await Promise.all([1, 1, 6].map((epoch) => setOf({ arm: 'random', seed: 3 }, epoch)))
    expect(sets[0]).toHaveLength(3)
    expect(sets[1]).toEqual(sets[0])
    expect(sets[2]).not.toEqual(sets[0])
    expect(await setOf({ arm: 'random', seed: 4 })).not.toEqual(sets[0])
  })

  test('of every arm is as large as the one above the threshold', async () => {
    const { scores } = await scoreCases({ network, weights: arrays, cases }, { sparsities })
    const threshold = [...scores].sort((a, b) => a - b)[5]
    const sizes = await Promise.all(
      (['htl', 'random', 'high-loss'] as const).map(
        async (arm) => (await setOf({ arm, select: { threshold } }))?.length,
      ),
    )
    expect(sizes).toEqual([4, 4, 4])
  })

  test('comes from the candidates only', async () => {
    const candidates = [1, 3, 5, 7]
    for (const arm of ['htl', 'random', 'high-loss'] as const) {
      const set = await setOf({ arm, candidates, select: { fraction: 0.5 } })
      expect(set).toHaveLength(2)
      expect(set?.every((index) => candidates.includes(index))).toBe(true)
    }
  })

  test('follows the average where asked, and refuses to without one', async () => {
    const average = toTensors(network.init(createRng(9)))
    const { beforeEpoch } = attention(options({ source: 'average' }))
    const found = await beforeEpoch({ epoch: 1, weights, average, previous: null })
    const { scores } = await scoreCases({ network, weights: average, cases }, { sparsities })
    expect(found?.note.rounds[0].set).toEqual(selectHtl(scores, { fraction: 0.3 }))
    disposeAll(average)
    await expect(plan({ source: 'average' })).rejects.toThrow('expected a moving average of the weights, got none')
  })

  test('follows a schedule of sparsities', async () => {
    const asked: number[] = []
    await plan({ every: 1, sparsities: (epoch) => [asked.push(epoch) * 0.5] }, 4)
    expect(asked).toEqual([4])
  })
})

describe('a plan', () => {
  test.each([
    ['loss-weight', 'lossWeights'],
    ['oversample', 'drawWeights'],
  ] as const)('of %s has the attention weights of all cases', async (kind, key) => {
    const { scores } = await scoreCases({ network, weights: arrays, cases }, { sparsities })
    const found = await plan({ rule: { kind, strength: 2 } })
    const expected = attentionWeights(scores, { set: selectHtl(scores, { fraction: 0.3 }), strength: 2 })
    found?.[key]?.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i], 5))
    expect(found?.[key]).toHaveLength(10)
    expect(Object.keys(found ?? {}).sort()).toEqual([key, 'note'].sort())
  })

  test('of a random set weighs all members 1 + strength', async () => {
    const found = await plan({ arm: 'random', rule: { kind: 'loss-weight', strength: 2 } })
    expect(found?.lossWeights?.filter((weight) => weight === 3)).toHaveLength(3)
    expect(found?.lossWeights?.filter((weight) => weight === 1)).toHaveLength(7)
  })

  test('of an extra batch draws from the set', async () => {
    const found = await plan({ rule: { kind: 'extra-batch', perBatch: 2 } })
    expect(found?.extra).toEqual({ cases: await setOf({}), perBatch: 2 })
  })

  test('without a member changes nothing', async () => {
    const found = await plan({ select: { threshold: 2 }, rule: { kind: 'extra-batch', perBatch: 2 } })
    expect(Object.keys(found ?? {})).toEqual(['note'])
  })

  test('carries the history on, through JSON', async () => {
    const first = await plan({})
    const second = await plan({}, 6, JSON.parse(JSON.stringify(first)) as EpochPlan)
    expect(second?.note.arm).toBe('htl')
    expect(second?.note.rounds.map(({ epoch }) => epoch)).toEqual([1, 6])
    expect(second?.note.rounds[0]).toEqual(first?.note.rounds[0])
    expect(isNote(second?.note)).toBe(true)
    expect(isNote({ other: 1 })).toBe(false)
  })
})

test('htlHistory counts memberships and the overlap of neighbouring rounds', () => {
  const rounds: AttentionRound[] = [
    { epoch: 3, set: [0, 1], scores: [] },
    { epoch: 6, set: [1, 2], scores: [] },
    { epoch: 9, set: [2, 1], scores: [] },
  ]
  expect(htlHistory(rounds, { total: 4 })).toEqual({ epochs: [3, 6, 9], overlaps: [1 / 3, 1], counts: [1, 3, 2, 0] })
})

test.each<[Partial<AttentionOptions>, string]>([
  [{ arm: 'both' as 'htl' }, 'attention: expected an arm of htl, random, high-loss, plain, got both'],
  [{ rule: { kind: 'ignore' } as never }, 'a rule of loss-weight, oversample, extra-batch, got ignore'],
  [{ warmup: -1 }, 'a warm-up of at least 0 epochs, got -1'],
  [{ every: 0 }, 'at least 1 epoch between rounds, got 0'],
  [{ rule: { kind: 'extra-batch', perBatch: 0 } }, 'an extra batch of at least 1 item, got 0'],
  [{ candidates: [10] }, 'candidates among 10 cases, got 10'],
])('refuses %j', (changes, message) => {
  expect(() => attention(options(changes))).toThrow(message)
})

describe('in a training', () => {
  const training = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
    network,
    cases,
    epochs: 4,
    batchSize: 5,
    patchSize: [8, 8],
    augmentation: 'none',
    learningRate: 0.02,
    clock: () => 0,
    ...attention(options({ warmup: 1, every: 2 })),
    ...changes,
  })

  test('attending changes the weights, and a continued run ends with the bytes of an undisturbed one', async () => {
    const rounds: number[] = []
    const before = memory().numTensors
    const whole = await train(
      training(attention(options({ warmup: 1, every: 2, onRound: (r) => rounds.push(r.epoch) }))),
    )
    expect(memory().numTensors).toBe(before)
    expect(rounds).toEqual([2, 4])
    const folder = join(root, 'continued')
    const cut = training({
      folder,
      onEvent: ({ kind, epoch }) => (kind === 'epoch' && epoch === 2 ? 'stop' : undefined),
    })
    await train(cut)
    expect((await train(training({ folder }))).lastWeights).toEqual(whole.lastWeights)
    const plain = await train(training(attention(options({ arm: 'plain' }))))
    expect(plain.lastWeights).not.toEqual(whole.lastWeights)
  })
})
