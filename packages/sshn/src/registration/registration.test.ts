import { disposeAll, startEngine, toTensors, valueAndGradients } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { train } from '@leanvox/training'
import {
  fill,
  memory,
  mul,
  ones,
  randomNormal,
  type Scalar,
  sum,
  tensor,
  type Tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { primarySpec } from '../hyper-spec.ts'
import { hyperNetwork } from '../hyper-network.ts'
import { phiPrior } from '../phi-prior.ts'
import { sweepPhi } from '../sweep-phi.ts'
import { registrationLoss, registrationObjective } from './objective.ts'
import { registerPair, registrationCase, type RegistrationPair, scoreRegistration } from './pairs.ts'
import { mseLoss, nccLoss, smoothness } from './similarity.ts'
import { warpLabels, warpLinear } from './warp.ts'

/** The same displacement at every pixel. */
const constantField = ([rows, columns]: readonly [number, number], [n, h, w]: readonly [number, number, number]) =>
  tensor(
    Float32Array.from({ length: n * h * w * 2 }, (_, i) => (i % 2 === 0 ? rows : columns)),
    [n, h, w, 2],
  )

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  describe('warping', () => {
    test('by a field of zeros gives the image itself, every item and channel', () => {
      tidy(() => {
        const image = randomNormal([2, 4, 5, 3], 0, 1, 'float32', 1)
        expect(warpLinear(image, zeros([2, 4, 5, 2])).dataSync()).toEqual(image.dataSync())
      })
    })

    test('takes the value at p + u(p): rows first, then columns, the edge beyond the edge', () => {
      tidy(() => {
        const image = tensor([0, 1, 2, 10, 11, 12], [1, 2, 3, 1])
        const warped = (by: readonly [number, number]) => [
          ...warpLinear(image, constantField(by, [1, 2, 3])).dataSync(),
        ]
        expect(warped([0, 1])).toEqual([1, 2, 2, 11, 12, 12])
        expect(warped([1, 0])).toEqual([10, 11, 12, 10, 11, 12])
        expect(warped([-5, -1])).toEqual([0, 0, 1, 0, 0, 1])
        expect(warped([0.5, 0.25])).toEqual([5.25, 6.25, 7, 10.25, 11.25, 12])
      })
    })

    test('has the gradient of the displacement that finite differences have, none beyond the edge', () => {
      tidy(() => {
        const image = randomNormal([2, 4, 3, 2], 0, 1, 'float32', 2)
        const pull = randomNormal([2, 4, 3, 2], 0, 1, 'float32', 3)
        // Fractions between 0.2 and 0.8: within a step of a whole number the slope jumps.
        const start = Float32Array.from({ length: 48 }, (_, i) => (i % 5) - 2 + 0.2 + 0.6 * ((i * 0.37) % 1))
        const value = (data: Float32Array) => sum(mul(warpLinear(image, tensor(data, [2, 4, 3, 2])), pull)) as Scalar
        const loss = ({ u }: { [name: string]: Tensor }) => sum(mul(warpLinear(image, u), pull)) as Scalar
        const found = valueAndGradients(loss, { u: tensor(start, [2, 4, 3, 2]) }).gradients['u'].dataSync()
        start.forEach((_, i) => {
          const moved = (step: number) => value(start.map((one, j) => (j === i ? one + step : one))).dataSync()[0]
          expect(found[i]).toBeCloseTo((moved(0.05) - moved(-0.05)) / 0.1, 3)
        })
        expect(found.some((slope) => slope === 0)).toBe(true)
        expect(found.filter((slope) => slope !== 0).length).toBeGreaterThan(10)
      })
    })

    test('leaves only its result in memory', () => {
      const [image, field] = [ones([1, 4, 4, 1]), zeros([1, 4, 4, 2])]
      const before = memory().numTensors
      const warped = warpLinear(image, field)
      expect(memory().numTensors).toBe(before + 1)
      disposeAll({ warped, image, field })
    })
  })

  describe('similarity', () => {
    test('local correlation is -1 for images linear in each other and near 0 for noise', () => {
      tidy(() => {
        const image = randomNormal([1, 16, 16, 1], 0, 1, 'float32', 1)
        const value = (prediction: Tensor) => nccLoss({ prediction, reference: image }).dataSync()[0]
        expect(value(mul(image, -3))).toBeCloseTo(-1, 4)
        expect(value(image)).toBeCloseTo(-1, 4)
        expect(value(randomNormal([1, 16, 16, 1], 0, 1, 'float32', 9))).toBeGreaterThan(-0.1)
        expect(value(fill([1, 16, 16, 1], 0.5))).toBeCloseTo(0, 4)
      })
    })

    test('local correlation has a value computed by hand', () => {
      tidy(() => {
        // One row, windows of 3: at the ends two pixels, always in line; in the middle 1, 2, 4 against 1, 3, 2.
        const prediction = tensor([1, 2, 4], [1, 1, 3, 1])
        const reference = tensor([1, 3, 2], [1, 1, 3, 1])
        // Sums 7 and 6, cross 15 - 14 = 1, variances 21 - 49/3 and 14 - 12: 1 / (4.6667 x 2) = 0.107143.
        const expected = -(1 + 0.107143 + 1) / 3
        expect(nccLoss({ prediction, reference }, { window: 3 }).dataSync()[0]).toBeCloseTo(expected, 4)
      })
    })

    test('mean squares and roughness have values computed by hand', () => {
      tidy(() => {
        expect(
          mseLoss({ prediction: tensor([1, 2], [1, 1, 2, 1]), reference: tensor([3, 2], [1, 1, 2, 1]) }).dataSync()[0],
        ).toBe(2)
        const field = tensor([0, 0, 2, 0, 0, 0, 2, 4], [1, 2, 2, 2])
        // Down: (0,0) and (0,4); right: (2,0) and (2,4). Squares 16/4 and (4+4+16)/4, absolutes 4/4 and 8/4.
        expect(smoothness(field).dataSync()[0]).toBe((4 + 6) / 2)
        expect(smoothness(field, { norm: 'l1' }).dataSync()[0]).toBe((1 + 2) / 2)
        expect(smoothness(constantField([3, -1], [2, 3, 4])).dataSync()[0]).toBe(0)
        expect(smoothness(ones([1, 1, 1, 2])).dataSync()[0]).toBe(0)
      })
    })

    test.each(['ncc', 'mse'] as const)('the loss with %s has the gradient of finite differences', (similarity) => {
      tidy(() => {
        const [moving, fixed] = [1, 2].map((seed) => randomNormal([1, 5, 5, 1], 0, 1, 'float32', seed))
        const start = Float32Array.from({ length: 50 }, (_, i) => 0.2 + 0.6 * ((i * 0.37) % 1))
        const loss = ({ u }: { [name: string]: Tensor }) =>
          registrationLoss({ moving, fixed, displacement: u }, { similarity, window: 3, smoothnessWeight: 0.5 })
        const found = valueAndGradients(loss, { u: tensor(start, [1, 5, 5, 2]) }).gradients['u'].dataSync()
        for (const i of [0, 7, 24, 33, 49]) {
          const moved = (step: number) =>
            loss({
              u: tensor(
                start.map((one, j) => (j === i ? one + step : one)),
                [1, 5, 5, 2],
              ),
            }).dataSync()[0]
          expect(found[i]).toBeCloseTo((moved(0.01) - moved(-0.01)) / 0.02, 3)
        }
      })
    })
  })
})

test('labels go to the nearest pixel', () => {
  const label = Uint8Array.from([0, 1, 2, 3, 4, 5])
  const field = (rows: number, columns: number) =>
    Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? rows : columns))
  expect([...warpLabels({ label, shape: [2, 3] }, field(0, 0))]).toEqual([0, 1, 2, 3, 4, 5])
  expect([...warpLabels({ label, shape: [2, 3] }, field(0.4, 0.6))]).toEqual([1, 2, 2, 4, 5, 5])
  expect([...warpLabels({ label, shape: [2, 3] }, field(9, -9))]).toEqual([3, 3, 3, 3, 3, 3])
})

/** A smooth blob and the same blob moved; both are their own labels. */
function blobPair(index: number, size = 20): RegistrationPair {
  const rng = createRng('pair').split(index)
  const centre = [rng.uniformIn(8, 12), rng.uniformIn(8, 12)]
  const by = [rng.uniformIn(-2, 2), rng.uniformIn(-2, 2)]
  const draw = ([row, column]: readonly number[]) =>
    Float32Array.from({ length: size * size }, (_, i) =>
      Math.exp(-((Math.floor(i / size) - row) ** 2 + ((i % size) - column) ** 2) / 18),
    )
  const [fixed, moving] = [draw(centre), draw([centre[0] + by[0], centre[1] + by[1]])]
  const mask = (image: Float32Array) => Uint8Array.from(image, (value) => (value > 0.5 ? 1 : 0))
  return { id: `pair-${index}`, moving, fixed, movingLabel: mask(moving), fixedLabel: mask(fixed), shape: [size, size] }
}

describe('registering', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'wasm' })
  })
  const primary = primarySpec({ channels: [6, 6, 6], convsPerLevel: 1, inChannels: 2 })

  test('one hypernetwork learns to bring blobs together at every factor', { timeout: 60_000 }, async () => {
    const network = hyperNetwork({ primary, hidden: [8, 16] })
    const prior = phiPrior('uniform', [0.1, 0.5])
    const before = memory().numTensors
    const { lastWeights } = await train({
      network,
      cases: Array.from({ length: 8 }, (_, i) => registrationCase(blobPair(i))),
      objective: registrationObjective(network, { similarity: 'mse', smoothnessWeight: 0.001 }),
      applyOptions: ({ rng }) => ({ rescale: prior.draw(rng) }),
      epochs: 1,
      patchesPerCase: 45,
      batchSize: 4,
      patchSize: [20, 20],
      learningRate: 0.01,
      augmentation: 'none',
      seed: 1,
    })
    const pairs = Array.from({ length: 4 }, (_, i) => blobPair(50 + i))
    const unmoved = pairs.map(({ movingLabel, fixedLabel }) => overlap(movingLabel, fixedLabel))
    const points = await sweepPhi(
      { network, weights: lastWeights },
      {
        phis: [0.2, 0.5],
        patchSize: [20, 20],
        repeats: 0,
        evaluate: (model) => scoreRegistration(model, { pairs, labels: [1] }),
      },
    )
    const start = unmoved.reduce((total, value) => total + value, 0) / pairs.length
    for (const { dice } of points) expect(dice).toBeGreaterThan(start + 0.2 * (1 - start))
    expect(memory().numTensors).toBe(before)
  })

  test('a network that answers zero leaves image and labels where they are', async () => {
    const network = unet(primary)
    const weights = toTensors(network.init(createRng(1)))
    const still = { ...weights, 'head.0.kernel': zeros(weights['head.0.kernel'].shape) }
    const pair = blobPair(3)
    const { displacement, warped, warpedLabel } = await registerPair({ network, weights: still }, pair, {
      rescale: 0.3,
    })
    expect(displacement.every((value) => value === 0)).toBe(true)
    expect(warped).toEqual(pair.moving)
    expect(warpedLabel).toEqual(pair.movingLabel)
    disposeAll({ ...weights, still: still['head.0.kernel'] })
  })

  test('a label that neither image has is left out of the mean', async () => {
    const network = unet(primary)
    const scores = await scoreRegistration(
      { network, weights: network.init(createRng(1)) },
      { pairs: [blobPair(1)], labels: [1, 2], rescale: 0.3 },
    )
    expect(scores.labels['2']).toBeNaN()
    expect(scores.dice).toBe(scores.labels['1'])
  })
})

function overlap(a: Uint8Array, b: Uint8Array): number {
  const both = a.reduce((total, value, i) => total + (value && b[i] ? 1 : 0), 0)
  return (2 * both) / (a.reduce((total, value) => total + value, 0) + b.reduce((total, value) => total + value, 0))
}

test.each<[string, () => unknown, string]>([
  [
    'a field of another size',
    () => warpLinear(zeros([1, 4, 4, 1]), zeros([1, 4, 5, 2])),
    'warpLinear: expected an image [N, H, W, C] and a displacement [N, H, W, 2], got [1, 4, 4, 1] and [1, 4, 5, 2]',
  ],
  [
    'an even window',
    () => nccLoss({ prediction: zeros([1, 4, 4, 1]), reference: zeros([1, 4, 4, 1]) }, { window: 4 }),
    'nccLoss: expected an odd window of at least 3, got 4',
  ],
  [
    'images of two sizes',
    () => mseLoss({ prediction: zeros([1, 4, 4, 1]), reference: zeros([1, 4, 5, 1]) }),
    'mseLoss: expected two images [N, H, W, C], got [1, 4, 4, 1] and [1, 4, 5, 1]',
  ],
  [
    'a network that makes no displacement',
    () => registrationObjective(unet({ dimensions: 2, inChannels: 2, outChannels: 3 })),
    'registrationObjective: expected a 2D network with 2 channels in and out, got 2D with 2 and 3',
  ],
  [
    'a pair of other sizes than it says',
    () => registrationCase({ ...blobPair(1), moving: new Float32Array(3) }),
    'registrationCase: expected 400 pixels in case pair-1, got 3 moving and 400 fixed',
  ],
])('refuses %s', (_, act, message) => {
  tidy(() => void expect(act).toThrow(new RangeError(message)))
})
