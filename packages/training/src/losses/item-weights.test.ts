import { startEngine, valueAndGradients } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { getBackend, slice, tensor, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { lossByName } from './loss-by-name.ts'
import type { Loss } from './loss.ts'

const VOXELS = [3, 4]

/** Random logits and labels of three items, the same every time. */
function batch(channels: number) {
  const rng = createRng(channels)
  const logits = Float32Array.from({ length: 3 * 12 * channels }, () => 2 * rng.normal())
  const labels = Int32Array.from({ length: 3 * 12 }, () => rng.integer(Math.max(2, channels)))
  return { logits: tensor(logits, [3, ...VOXELS, channels]), labels: tensor(labels, [3, ...VOXELS], 'int32') }
}

const LOSSES: [string, Loss][] = [
  ['dice', lossByName('dice')],
  ['squared dice of items', lossByName('dice', { denominator: 'squared', batch: false, includeBackground: true })],
  ['cross-entropy', lossByName('cross-entropy')],
  ['weighted cross-entropy', lossByName('cross-entropy', { classWeights: [1, 3] })],
  ['dice-cross-entropy', lossByName('dice-cross-entropy', { crossEntropyWeight: 0.5 })],
  ['focal', lossByName('focal', { gamma: 2, classWeights: [0.25, 0.75] })],
  ['tversky', lossByName('tversky')],
]

describe.each(['cpu', 'wasm', 'auto'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await startEngine({ backend })))

  describe.each([1, 2])('with %i channels', (channels) => {
    test.each(LOSSES)('%s is the weighted mean of the losses of the items, in value and gradient', (_, loss) => {
      tidy(() => {
        const { logits, labels } = batch(channels)
        const weights = [0.5, 0, 2]
        const item = (x: Tensor, i: number) => slice(x, i, 1)
        const whole = evaluated((z) => loss(z, labels, weights), logits)
        const parts = weights.map((_, i) => evaluated((z) => loss(z, item(labels, i)), item(logits, i)))
        expect(whole.value).toBeCloseTo((0.5 * parts[0].value + 2 * parts[2].value) / 2.5, 5)
        parts.forEach(({ gradient }, i) => {
          gradient.forEach((slope, at) => {
            expect(whole.gradient[i * gradient.length + at]).toBeCloseTo((slope * weights[i]) / 2.5, 6)
          })
        })
      })
    })
  })

  test.each([
    ['cross-entropy', lossByName('cross-entropy')],
    ['focal', lossByName('focal')],
    ['dice of items', lossByName('dice', { batch: false })],
    ['tversky of items', lossByName('tversky', { batch: false })],
  ] as [string, Loss][])('%s with equal weights is the loss without, in value and gradient', (_, loss) => {
    tidy(() => {
      const { logits, labels } = batch(2)
      const plain = evaluated((z) => loss(z, labels), logits)
      for (const weight of [1, 7]) {
        const equal = evaluated((z) => loss(z, labels, [weight, weight, weight]), logits)
        expect(equal.value).toBeCloseTo(plain.value, 6)
        equal.gradient.forEach((slope, i) => expect(slope).toBeCloseTo(plain.gradient[i], 7))
      }
    })
  })

  test('cross-entropy of two items by hand: (1 ln 2 + 3 ln(1 + e)) / 4', () => {
    tidy(() => {
      const logits = tensor([0, 0, 1, 0], [2, 1, 1, 2])
      const labels = tensor([1, 1], [2, 1, 1], 'int32')
      const value = lossByName('cross-entropy')(logits, labels, [1, 3]).dataSync()[0]
      expect(value, getBackend()).toBeCloseTo((Math.log(2) + 3 * Math.log(1 + Math.E)) / 4, 6)
    })
  })

  test('weights that are all 0 give 0 and no gradient', () => {
    tidy(() => {
      const { logits, labels } = batch(2)
      const { value, gradient } = evaluated((z) => lossByName('dice-cross-entropy')(z, labels, [0, 0, 0]), logits)
      expect(value).toBe(0)
      expect(gradient.every((slope) => slope === 0)).toBe(true)
    })
  })
})

test.each([
  [[1, 1], '[1, 1]'],
  [[1, -1, 1], '[1, -1, 1]'],
  [[1, NaN, 1], '[1, NaN, 1]'],
])('refuses the weights %j for three items', (weights, text) => {
  tidy(() => {
    const { logits, labels } = batch(2)
    expect(() => lossByName('dice')(logits, labels, weights)).toThrow(
      `loss: expected 3 finite item weights of at least 0, got ${text}`,
    )
  })
})

function evaluated(f: (logits: Tensor) => Scalar, logits: Tensor): { value: number; gradient: number[] } {
  const { value, gradients } = valueAndGradients(({ z }) => f(z), { z: logits })
  return { value: value.dataSync()[0], gradient: [...gradients.z.dataSync()] }
}
