import { disposeAll, type NamedTensors, startEngine, toTensors, valueAndGradients } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { memory, mul, randomNormal, type Scalar, sum, tensor, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { hyperNetwork } from './hyper-network.ts'
import type { HyperParts } from './hyper-spec.ts'

beforeAll(async () => {
  await startEngine({ backend: 'cpu' })
})

const TINY: HyperParts = { headShare: 0.5, primary: { channels: [2, 3], convsPerLevel: 1 }, hidden: [8, 6] }
const omegaOf = (network: ReturnType<typeof hyperNetwork>, seed = 1) => toTensors(network.init(createRng(seed)))

describe('parameters', () => {
  test('the reference has 109 thousand predicted weights and 10.6 million of its own', () => {
    const network = hyperNetwork()
    // One convolution from 1 channel; 17 from 24, of which 4 read as many again from the skip; the head and its bias.
    const predicted = 9 * 24 + (17 + 4) * 9 * 24 * 24 + 24 * 2 + 2
    const shared = 18 * 2 * 24
    const mlp = 2 * 16 + 16 + 16 * 96 + 96
    expect(network.primary.parameterCount).toBe(predicted + shared)
    expect(network.parameterCount).toBe(mlp + predicted * 97 + shared)
    expect(predicted).toBe(109_130)
    expect(network.weightMultiplyAdds).toBe(2 * 16 + 16 * 96 + predicted * 96)
  })

  test('fresh ones depend on seed and name only', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => hyperNetwork(TINY).init(createRng(seed)))
    expect(first).toEqual(again)
    expect(first['hidden.0.kernel']).not.toEqual(other['hidden.0.kernel'])
  })
})

describe('initial weights', () => {
  const phis = [0.001, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5]
  const kinds: HyperParts[] = [
    {},
    { encoding: 'cos,sin' },
    { headShare: 0.9, headFactor: 0.3 },
    { residual: false },
    { residual: false, encoding: 'cos,sin', headFactor: 1 },
  ]

  test.each(kinds)('%j have the variance of a fresh U-Net at every phi', (parts) => {
    tidy(() => {
      const network = hyperNetwork({ primary: { channels: [8, 8, 8] }, hidden: [16, 96], ...parts })
      const omega = omegaOf(network)
      for (const phi of phis) {
        const theta = network.weightsAt(omega, phi)
        const kernels = network.primary.parameters.filter(({ initial }) => initial.deviation > 0)
        const standardised = kernels.flatMap(({ name, initial }) =>
          Array.from(theta[name].dataSync(), (value) => value / initial.deviation),
        )
        const variance = standardised.reduce((total, value) => total + value ** 2, 0) / standardised.length
        // 6424 values: their mean square has a deviation of sqrt(2 / 6424), under 2 %.
        expect(standardised).toHaveLength(6424)
        expect(Math.abs(variance - 1), `phi ${phi}`).toBeLessThan(0.1)
      }
    })
  })

  test('differ from phi to phi, more so with a larger head share', () => {
    tidy(() => {
      const change = (headShare: number) => {
        const network = hyperNetwork({ ...TINY, headShare })
        const [a, b] = [0.05, 0.5].map((phi) => network.weightsAt(omegaOf(network), phi)['encoder.1.conv.0.kernel'])
        const [left, right] = [a, b].map((weight) => [...weight.dataSync()])
        return Math.sqrt(left.reduce((total, value, i) => total + (value - right[i]) ** 2, 0) / left.length)
      }
      expect(change(0.1)).toBeGreaterThan(0)
      expect(change(0.8) / change(0.1)).toBeCloseTo(8, 3)
    })
  })

  test('biases start at 0, scales at 1, offsets at 0', () => {
    tidy(() => {
      const plain = hyperNetwork({ ...TINY, primary: { channels: [2, 2], norm: 'none' } })
      const theta = plain.weightsAt(omegaOf(plain), 0.2)
      expect([...theta['encoder.0.conv.0.bias'].dataSync()]).toEqual([0, 0])
      const normed = hyperNetwork(TINY)
      const { 'encoder.0.conv.0.scale': scale, 'encoder.0.conv.0.offset': offset } = normed.weightsAt(
        omegaOf(normed),
        0.2,
      )
      expect([...scale.dataSync(), ...offset.dataSync()]).toEqual([1, 1, 0, 0])
    })
  })
})

/** A scalar in which every logit has its own weight. */
const wave = (values: Tensor) =>
  sum(
    mul(
      values,
      tensor(
        Float32Array.from({ length: values.size }, (_, i) => Math.sin(1.3 * i)),
        values.shape,
      ),
    ),
  ) as Scalar

describe('gradients', () => {
  const kinds: HyperParts[] = [
    { ...TINY },
    { ...TINY, residual: false, encoding: 'cos,sin' },
    { ...TINY, primary: { channels: [2, 2], convsPerLevel: 1, norm: 'none' } },
    { ...TINY, primary: { dimensions: 3, channels: [2, 2], convsPerLevel: 1 } },
  ]

  test.each(kinds)('of %j agree with finite differences in every tensor of omega', (parts) => {
    tidy(() => {
      const network = hyperNetwork(parts)
      const x = randomNormal([1, 6, 5, ...(network.spec.dimensions === 3 ? [4] : []), 1], 0, 1, 'float32', 3)
      const loss = (omega: NamedTensors) => wave(network.apply(omega, x, { rescale: 0.35 }))
      const start = network.init(createRng(5))
      const { gradients } = valueAndGradients(loss, toTensors(start))
      for (const name of Object.keys(start)) {
        const slope = alongGradient(name, { start, gradient: gradients[name].dataSync() as Float32Array }, loss)
        expect(Math.abs(slope.found - slope.expected), name).toBeLessThan(0.03 * slope.expected + 0.01)
      }
    })
  })

  test('there is one for every weight of omega and none is zero throughout', () => {
    tidy(() => {
      const network = hyperNetwork(TINY)
      const x = randomNormal([1, 6, 6, 1], 0, 1, 'float32', 3)
      const { gradients } = valueAndGradients(
        (omega) => wave(network.apply(omega, x, { rescale: 0.4 })),
        omegaOf(network),
      )
      expect(Object.keys(gradients)).toEqual(network.parameters.map(({ name }) => name))
      for (const [name, gradient] of Object.entries(gradients)) {
        expect(
          gradient.dataSync().some((value) => value !== 0),
          name,
        ).toBe(true)
      }
    })
  })
})

// Along its own direction a gradient has the slope of its length: one number checks a whole tensor.
function alongGradient(
  name: string,
  { start, gradient }: { start: ReturnType<ReturnType<typeof hyperNetwork>['init']>; gradient: Float32Array },
  loss: (omega: NamedTensors) => Scalar,
): { found: number; expected: number } {
  const length = Math.hypot(...gradient)
  const step = 5e-4
  const moved = (sign: number) => {
    const data = start[name].data.map((value, i) => value + (sign * step * gradient[i]) / length)
    return loss(toTensors({ ...start, [name]: { ...start[name], data } })).dataSync()[0]
  }
  return { found: (moved(1) - moved(-1)) / (2 * step), expected: length }
}

describe('apply', () => {
  test('runs the primary with the weights predicted for phi', () => {
    tidy(() => {
      const network = hyperNetwork(TINY)
      const omega = omegaOf(network)
      const x = randomNormal([2, 7, 9, 1], 0, 1, 'float32', 1)
      for (const phi of [0.1, 0.5, 0.8]) {
        const expected = network.primary.apply(network.weightsAt(omega, phi), x, { rescale: phi }).dataSync()
        expect(network.apply(omega, x, { rescale: phi }).dataSync()).toEqual(expected)
      }
    })
  })

  test('without a factor it takes the upper end of the range', () => {
    tidy(() => {
      const network = hyperNetwork({ ...TINY, range: [0.1, 0.4] })
      const omega = omegaOf(network)
      const x = randomNormal([1, 8, 8, 1], 0, 1, 'float32', 1)
      expect(network.apply(omega, x).dataSync()).toEqual(network.apply(omega, x, { rescale: 0.4 }).dataSync())
      expect(network.multiplyAdds([8, 8])).toBe(network.primary.multiplyAdds([8, 8], { rescale: 0.4 }))
    })
  })

  test('a factor for each level predicts from all of them, and one alone stands for equal ones', () => {
    tidy(() => {
      const network = hyperNetwork({ ...TINY, primary: { channels: [2, 2, 2], convsPerLevel: 1 }, perLevel: true })
      const omega = omegaOf(network)
      const x = randomNormal([1, 12, 12, 1], 0, 1, 'float32', 1)
      const run = (rescale: number | number[]) => [...network.apply(omega, x, { rescale }).dataSync()]
      expect(run([0.3, 0.3])).toEqual(run(0.3))
      expect(run([0.3, 0.5])).not.toEqual(run([0.5, 0.3]))
      expect(network.multiplyAdds([12, 12], { rescale: [1, 0.5] })).toBeGreaterThan(
        network.multiplyAdds([12, 12], { rescale: 0.5 }),
      )
    })
  })

  test('gives every supervised level', () => {
    tidy(() => {
      const network = hyperNetwork({ ...TINY, primary: { channels: [2, 2, 2], deepSupervision: true } })
      const outputs = network.applyDeep(omegaOf(network), zeros([1, 8, 8, 1]), { rescale: 0.3 })
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [1, 8, 8, 2],
        [1, 3, 3, 2],
      ])
    })
  })

  test('leaves only its result in memory, and the caller can drop predicted weights without touching omega', () => {
    const network = hyperNetwork(TINY)
    const omega = omegaOf(network)
    const x = zeros([1, 6, 6, 1])
    const before = memory().numTensors
    const logits = network.apply(omega, x, { rescale: 0.3 })
    expect(memory().numTensors).toBe(before + 1)
    const theta = network.weightsAt(omega, 0.3)
    expect(memory().numTensors).toBe(before + 1 + network.primary.parameters.length)
    disposeAll(theta)
    logits.dispose()
    network.apply(omega, x, { rescale: 0.3 }).dispose()
    expect(memory().numTensors).toBe(before)
    disposeAll({ ...omega, x })
  })

  test('a factor that shrinks every level to one voxel still gives finite logits', () => {
    tidy(() => {
      const network = hyperNetwork(TINY)
      const logits = network.apply(omegaOf(network), randomNormal([1, 6, 6, 1]), { rescale: 0.001 })
      expect(logits.dataSync().every(Number.isFinite)).toBe(true)
    })
  })
})

describe('errors', () => {
  const network = hyperNetwork(TINY)
  const run = (rescale: number | readonly number[], omega?: NamedTensors) =>
    tidy(() => network.apply(omega ?? omegaOf(network), zeros([1, 4, 4, 1]), { rescale }))

  test.each<[string, () => unknown, string]>([
    ['a factor of 0', () => run(0), 'hyperNetwork: expected a phi in (0, 1], got 0'],
    ['a factor above 1', () => run(1.2), 'hyperNetwork: expected a phi in (0, 1], got 1.2'],
    ['several factors', () => run([0.5]), 'hyperNetwork: expected one phi unless perLevel is set, got [0.5]'],
    [
      'too many factors',
      () => hyperNetwork({ ...TINY, perLevel: true }).multiplyAdds([4, 4], { rescale: [0.5, 0.5] }),
      'hyperNetwork: expected a phi for each of 1 stages, got [0.5, 0.5]',
    ],
    [
      'weights of another architecture',
      () => tidy(() => run(0.5, omegaOf(hyperNetwork({ ...TINY, hidden: [8, 7] })))),
      'hyperNetwork: expected a weight hidden.1.kernel of shape [8, 6], got [8, 7]',
    ],
    [
      'weights of a plain U-Net',
      () => tidy(() => network.weightsAt(toTensors(network.primary.init(createRng(1))), 0.5)),
      'hyperNetwork: expected a weight hidden.0.kernel of shape [2, 8], got none among 11 weights',
    ],
  ])('name %s', (_, act, message) => {
    expect(act).toThrow(new RangeError(message))
  })
})
