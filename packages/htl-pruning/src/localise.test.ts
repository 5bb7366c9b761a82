import { startEngine, type NamedArrays } from '@leanvox/engine'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { squareCases } from '../fixtures/square-cases.ts'
import { classifier, localisationScore, localise, summariseLocalisation } from './index.ts'

beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

// By hand: class 1 is the brightness itself, class 0 its opposite.
const network = classifier({ inChannels: 1, channels: [1], convsPerLevel: 1, norm: 'none', leakiness: 1 })
const weights: NamedArrays = {
  'encoder.0.conv.0.kernel': { shape: [3, 3, 1, 1], data: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0) },
  'encoder.0.conv.0.offset': { shape: [1], data: Float32Array.of(0) },
  'head.kernel': { shape: [1, 2], data: Float32Array.of(-1, 1) },
  'head.bias': { shape: [2], data: Float32Array.of(0, 0) },
}
// The noise is small beside a contrast of 2.
const cases = squareCases(9).filter((_, i) => i % 4 === 0)

describe('localise', () => {
  test.each(['cam', 'grad-cam', 'activation'] as const)(
    '%s of a hand-made network finds the square',
    async (method) => {
      const found = await localise({ network, weights, cases }, { method, batchSize: 2 })
      found.forEach(({ mask, class: shown, probabilities }, i) => {
        expect(shown).toBe(1)
        expect(probabilities[1]).toBeGreaterThan(0.5)
        const { shape, label } = cases[i]
        expect(localisationScore({ prediction: mask, reference: label }, { shape }).boxIou).toBeGreaterThan(0.6)
      })
    },
  )

  test('shows the class asked for', async () => {
    const found = await localise({ network, weights, cases }, { classes: cases.map(() => 0) })
    found.forEach(({ mask, class: shown }, i) => {
      expect(shown).toBe(0)
      const { shape, label } = cases[i]
      expect(localisationScore({ prediction: mask, reference: label }, { shape }).iou).toBeLessThan(0.2)
    })
  })

  test('scales heat maps to [0, 1] and leaves no tensors', async () => {
    const before = memory().numTensors
    const found = await localise({ network, weights, cases })
    expect(memory().numTensors).toBe(before)
    for (const { heatMap } of found) expect([Math.min(...heatMap), Math.max(...heatMap)]).toEqual([0, 1])
  })

  test('refuses deep cases, a class too few and an unknown method', async () => {
    await expect(localise({ network, weights, cases: squareCases(1, { depth: 2 }) })).rejects.toThrow(
      new RangeError('localise: expected cases of depth 1, got 2 in case square 0'),
    )
    await expect(localise({ network, weights, cases }, { classes: [1] })).rejects.toThrow('for each of 3 cases, got 1')
    await expect(localise({ network, weights, cases }, { method: 'eye' as 'cam' })).rejects.toThrow(
      'localise: expected a method of cam, grad-cam or activation, got eye',
    )
  })
})

describe('localisation scores', () => {
  const shape = [1, 2, 4] as const
  const score = (prediction: readonly number[], reference: readonly number[]) =>
    localisationScore({ prediction: Uint8Array.from(prediction), reference: Uint8Array.from(reference) }, { shape })

  test('by hand: masks of three and four places that share two', () => {
    const found = score([0, 1, 1, 0, 0, 1, 0, 0], [1, 1, 0, 0, 1, 1, 0, 0])
    // boxes of four places each that share two
    expect(found).toEqual({ iou: 2 / 5, dice: 4 / 7, boxIou: 1 / 3 })
  })

  test('an empty prediction scores 0, an empty reference nothing', () => {
    expect(score([0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0])).toEqual({ iou: 0, dice: 0, boxIou: 0 })
    const none = score([1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0])
    expect(none).toEqual({ iou: NaN, dice: NaN, boxIou: NaN })
    const summary = summariseLocalisation([
      none,
      { iou: 0.4, dice: 0.5, boxIou: 0.5 },
      { iou: 0.8, dice: 0.9, boxIou: 0.75 },
    ])
    expect(summary.count).toBe(2)
    expect(summary.iou).toBeCloseTo(0.6, 12)
    expect([summary.boxIou, summary.boxIou50, summary.boxIou75]).toEqual([0.625, 1, 0.5])
  })
})
