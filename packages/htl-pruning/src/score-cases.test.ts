import { disposeAll, startEngine, toTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { diceCrossEntropyLoss, type PreparedCase } from '@leanvox/training'
import { memory, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { squareCases } from '../fixtures/square-cases.ts'
import {
  applyMask,
  classifier,
  magnitudeMask,
  maskDisagreement,
  randomMask,
  scoreCases,
  type MeasureName,
  type ScoreOptions,
} from './index.ts'

beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const network = unet({ dimensions: 2, channels: [3, 4], convsPerLevel: 1 })
const weights = network.init(createRng(2))
const cases = squareCases(5)
const score = (options: ScoreOptions = {}, of: readonly PreparedCase[] = cases) =>
  scoreCases({ network, weights, cases: of }, options)

/** The foreground of one case alone, by another road: one image, no batch. */
function foreground(of: typeof weights, one: PreparedCase): Uint8Array {
  const logits = tidy(() => {
    const tensors = toTensors(of)
    return network.apply(tensors, tensor(one.image, [1, 8, 8, 1])).dataSync()
  })
  return Uint8Array.from({ length: 64 }, (_, i) => (logits[2 * i + 1] > logits[2 * i] ? 1 : 0))
}

describe('the score', () => {
  test('is the mean over sparsities of 1 - IoU between dense and pruned masks', async () => {
    const { scores, bySparsity, dense, pruned } = await score({ sparsities: [0.4, 0.8], predictions: true })
    cases.forEach((one, i) => {
      const found = foreground(weights, one)
      expect(dense?.[i]).toEqual(found)
      const each = [0.4, 0.8].map((sparsity, level) => {
        const cut = foreground(applyMask(weights, magnitudeMask(weights, { sparsity })), one)
        expect(pruned?.[level][i]).toEqual(cut)
        return maskDisagreement({ prediction: cut, reference: found })
      })
      expect([bySparsity[0][i], bySparsity[1][i]]).toEqual(each)
      expect(scores[i]).toBeCloseTo((each[0] + each[1]) / 2, 12)
    })
    expect(Math.max(...scores)).toBeGreaterThan(0)
  })

  test.each<MeasureName>(['mask-disagreement', 'jensen-shannon', 'loss-rise', 'iou-drop'])(
    'by %s of a network with itself is 0',
    async (measure) => {
      // A sparsity too small to take out a single weight.
      const { scores } = await score({ measure, sparsities: [1e-6] })
      expect([...scores]).toEqual([0, 0, 0, 0, 0])
    },
  )

  test('does not depend on the batch', async () => {
    const [one, all] = await Promise.all([score({ batchSize: 1 }), score({ batchSize: 5 })])
    expect(one.scores).toEqual(all.scores)
    one.losses.forEach((loss, i) => expect(loss).toBeCloseTo(all.losses[i], 5))
  })

  test('keeps the order of cases of different shapes', async () => {
    const mixed = [cases[0], ...squareCases(1, { size: 6 }), cases[1]]
    const { scores } = await score({}, mixed)
    const { scores: alone } = await score({})
    expect([scores[0], scores[2]]).toEqual([alone[0], alone[1]])
  })

  test('of tensors equals that of arrays, and the tensors stay alive', async () => {
    const tensors = toTensors(weights)
    const { scores } = await scoreCases({ network, weights: tensors, cases })
    expect(scores).toEqual((await score()).scores)
    disposeAll(tensors)
  })

  test('with random pruning uses random masks of the seed', async () => {
    const { pruned } = await score({ pruning: 'random', seed: 4, sparsities: [0.7], predictions: true })
    const masks = randomMask(weights, { sparsity: 0.7, rng: createRng(4).split('sparsity', 0.7) })
    expect(pruned?.[0][2]).toEqual(foreground(applyMask(weights, masks), cases[2]))
  })

  test('of a 2D network takes the slices of a deep case together', async () => {
    const deep = squareCases(2, { depth: 3 })
    const { dense, losses } = await score({ predictions: true }, deep)
    expect(dense?.[1]).toHaveLength(3 * 64)
    const top: PreparedCase = { ...deep[1], image: deep[1].image.slice(0, 64), shape: [1, 8, 8] }
    expect(dense?.[1].slice(0, 64)).toEqual(foreground(weights, top))
    expect(losses.every(Number.isFinite)).toBe(true)
  })

  test('in three dimensions scores whole volumes', async () => {
    const solid = unet({ dimensions: 3, channels: [2], convsPerLevel: 1, outChannels: 1 })
    const volumes = squareCases(2, { depth: 3 })
    const asked = { network: solid, weights: solid.init(createRng(1)), cases: volumes }
    const { scores, dense } = await scoreCases(asked, { predictions: true })
    expect(dense?.map(({ length }) => length)).toEqual([192, 192])
    expect([...scores].every((one) => one >= 0 && one <= 1)).toBe(true)
  })
})

test('losses are those of each case alone; cases without label have none but an entropy', async () => {
  const bare = { ...cases[1], hasLabel: false }
  const { losses, entropies } = await score({}, [cases[0], bare])
  const alone = tidy(() => {
    const logits = network.apply(toTensors(weights), tensor(cases[0].image, [1, 8, 8, 1]))
    return diceCrossEntropyLoss(logits, tensor(cases[0].label, [1, 8, 8], 'int32')).dataSync()[0]
  })
  expect(losses[0]).toBeCloseTo(alone, 5)
  expect(losses[1]).toBeNaN()
  expect([...entropies].every((one) => one > 0 && one <= Math.LN2)).toBe(true)
})

test('nothing needs recalibration: kernels before a normalisation may have any scale', async () => {
  const scaled = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => {
      const factor = name.endsWith('conv.0.kernel') ? 1000 : 1
      return [name, { shape, data: data.map((value) => factor * value) }]
    }),
  )
  for (const one of cases) expect(foreground(scaled, one)).toEqual(foreground(weights, one))
})

describe('of a classifier', () => {
  const net = classifier({ inChannels: 1, outChannels: 3, channels: [4, 6], convsPerLevel: 1 })
  const model = { network: net, weights: net.init(createRng(3)), cases }
  const targets = [0, 1, 2, 0, 1]

  test.each<MeasureName>(['jensen-shannon', 'arg-max', 'cam', 'loss-rise'])(
    '%s with itself is 0 and with a pruned copy is not',
    async (measure) => {
      const same = await scoreCases(model, { measure, targets, sparsities: [1e-6] })
      expect([...same.scores]).toEqual([0, 0, 0, 0, 0])
      const { scores } = await scoreCases(model, { measure, targets, sparsities: [0.5, 0.8, 0.95] })
      expect(Math.max(...scores)).toBeGreaterThan(0)
      expect(Math.min(...scores)).toBeGreaterThanOrEqual(0)
    },
  )

  test('losses need targets', async () => {
    const { losses } = await scoreCases(model, { targets })
    expect(losses.every((loss) => loss > 0)).toBe(true)
    expect((await scoreCases(model)).losses.every(Number.isNaN)).toBe(true)
    await expect(scoreCases(model, { measure: 'loss-rise' })).rejects.toThrow(
      new RangeError('scoreCases: expected targets for loss-rise, got none'),
    )
    await expect(scoreCases(model, { targets: [0] })).rejects.toThrow('a target for each of 5 cases, got 1')
  })
})

describe('refuses', () => {
  test.each<[string, ScoreOptions, string]>([
    ['no sparsity', { sparsities: [] }, 'scoreCases: expected at least one sparsity, got none'],
    ['a sparsity of 1', { sparsities: [0.5, 1] }, 'both excluded, got 1 (no weight would be left)'],
    ['a measure of classifiers', { measure: 'arg-max' }, 'expected a measure for segmentation of mask-disagreement'],
    ['a batch of none', { batchSize: 0 }, 'scoreCases: expected a batch size of at least 1, got 0'],
  ])('%s', async (_, options, message) => {
    await expect(score(options)).rejects.toThrow(message)
  })

  test('label-aware measures of cases without label, and other channels', async () => {
    await expect(score({ measure: 'iou-drop' }, [{ ...cases[0], hasLabel: false }])).rejects.toThrow(
      'scoreCases: expected a label for iou-drop, got none in case square 0',
    )
    await expect(score({}, squareCases(1, { channels: 2 }))).rejects.toThrow('scoreCases: expected 1 channels, got 2')
  })

  test('to go on when aborted', async () => {
    await expect(score({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})

test('leaves no tensors behind, with or without an error', async () => {
  const before = memory().numTensors
  await score({ measure: 'loss-rise' })
  await score({}, squareCases(1, { channels: 2 })).catch(() => undefined)
  expect(memory().numTensors).toBe(before)
})

test('tells of its progress', async () => {
  const told: string[] = []
  await score({ batchSize: 2, progress: async ({ done, total }) => void told.push(`${done}/${total}`) })
  expect(told).toEqual(['2/5', '4/5', '5/5'])
})
