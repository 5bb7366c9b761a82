import { disposeAll, startEngine, toTensors, valueAndGradients } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import {
  add,
  memory,
  mul,
  ones,
  randomUniform,
  square,
  sum,
  tidy,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { classifier, classifierSpec, isClassifier, type ClassifierSpec } from './index.ts'

beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const SMALL: Partial<ClassifierSpec> = { inChannels: 2, outChannels: 3, channels: [3, 4], convsPerLevel: 1 }

describe('the spec', () => {
  test('has the defaults of a small 2D network of RGB images, and is its own fixed point', () => {
    const spec = classifierSpec()
    expect(spec).toEqual({
      dimensions: 2,
      inChannels: 3,
      outChannels: 2,
      channels: [16, 32, 64, 128],
      convsPerLevel: 2,
      norm: 'group',
      leakiness: 0.01,
    })
    expect(classifierSpec(spec)).toEqual(spec)
  })

  test.each<[Record<string, unknown>, string]>([
    [{ levels: 2 }, /^classifierSpec: expected keys among .*, got levels$/.source],
    [{ dimensions: 1 }, 'expected dimensions to be one of 2, 3, got 1'],
    [{ norm: 'batch' }, 'expected norm to be one of group, instance, none, got batch'],
    [{ channels: [] }, 'expected at least one level of channels, got none'],
    [{ channels: [4, 0.5] }, 'expected channels\\[1\\] to be a whole number of at least 1, got 0.5'],
    [{ outChannels: 1 }, 'expected outChannels to be a whole number of at least 2, got 1'],
    [{ leakiness: -1 }, 'expected leakiness in \\[0, 1\\], got -1'],
  ])('refuses %j', (parts, message) => {
    expect(() => classifierSpec(parts as Partial<ClassifierSpec>)).toThrow(new RegExp(message))
  })
})

test('weights are named as the encoder of a U-Net, and drawn from the stream of their name', () => {
  const network = classifier(SMALL)
  expect(network.parameters.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
    'encoder.0.conv.0.kernel 3,3,2,3',
    'encoder.0.conv.0.scale 3',
    'encoder.0.conv.0.offset 3',
    'encoder.1.conv.0.kernel 3,3,3,4',
    'encoder.1.conv.0.scale 4',
    'encoder.1.conv.0.offset 4',
    'head.kernel 4,3',
    'head.bias 3',
  ])
  expect(network.parameterCount).toBe(54 + 6 + 108 + 8 + 12 + 3)
  const [a, b] = [1, 1].map((seed) => network.init(createRng(seed)))
  expect(a).toEqual(b)
  const wider = classifier({ ...SMALL, outChannels: 5 }).init(createRng(1))
  expect(wider['encoder.1.conv.0.kernel']).toEqual(a['encoder.1.conv.0.kernel'])
})

test('multiply-adds by hand: sizes round up', () => {
  // 5 x 4 at the top, 3 x 2 below
  expect(classifier(SMALL).multiplyAdds([5, 4])).toBe(2 * 3 * 9 * 20 + 3 * 4 * 9 * 6 + 4 * 3)
})

test.each<[2 | 3, number[]]>([
  [2, [7, 6]],
  [3, [3, 5, 4]],
])('in %i dimensions gives one logit per class, the same through any level', (dimensions, spatial) => {
  const network = classifier({ ...SMALL, dimensions, convsPerLevel: 2 })
  const weights = toTensors(network.init(createRng(1)))
  tidy(() => {
    const x = randomUniform([2, ...spatial, 2], -1, 1, 'float32', 5)
    const logits = network.apply(weights, x)
    expect(logits.shape).toEqual([2, 3])
    for (const level of [0, 1]) {
      const features = network.features(weights, x, { level })
      expect(features.shape.at(-1)).toBe([3, 4][level])
      const through = network.classify(weights, features, { level }).dataSync()
      logits.dataSync().forEach((value, i) => expect(through[i]).toBeCloseTo(value, 5))
    }
  })
  disposeAll(weights)
})

test('gradients agree with finite differences', () => {
  // A slope near 1 and small steps: few places cross a kink of the activation or the pooling.
  const network = classifier({ ...SMALL, leakiness: 0.8 })
  const weights = toTensors(network.init(createRng(4)))
  const x = randomUniform([2, 6, 5, 2], -1, 1, 'float32', 7)
  const loss = (of: typeof weights) => sum(square(network.apply(of, x))) as Scalar
  const { value, gradients } = valueAndGradients(loss, weights)
  for (const [name, weight] of Object.entries(weights)) {
    const direction = randomUniform(weight.shape, -1, 1, 'float32', 3)
    const at = (step: number) =>
      tidy(() => loss({ ...weights, [name]: add(weight, mul(direction, step)) }).dataSync()[0])
    const numeric = (at(0.003) - at(-0.003)) / 0.006
    const analytic = tidy(() => (sum(mul(gradients[name], direction)) as Tensor).dataSync()[0])
    expect(Math.abs(analytic - numeric)).toBeLessThan(0.02 * Math.max(1, Math.abs(numeric)))
    direction.dispose()
  }
  disposeAll({ ...weights, ...gradients, x, value })
})

test('leaves nothing but its logits', () => {
  const network = classifier(SMALL)
  const weights = toTensors(network.init(createRng(1)))
  const x = ones([1, 4, 4, 2])
  const before = memory().numTensors
  network.apply(weights, x).dispose()
  expect(memory().numTensors).toBe(before)
  disposeAll({ ...weights, x })
})

test('refuses other input, missing weights, unknown levels and a rescale', () => {
  const network = classifier(SMALL)
  const weights = toTensors(network.init(createRng(1)))
  tidy(() => {
    expect(() => network.apply(weights, ones([1, 4, 4, 3]))).toThrow(
      new RangeError('classifier: expected x of shape [batch, height, width, 2], got [1, 4, 4, 3]'),
    )
    expect(() => network.apply({}, ones([1, 4, 4, 2]))).toThrow(
      'expected a weight encoder.0.conv.0.kernel of shape [3, 3, 2, 3], got none among 0 weights',
    )
    expect(() => network.features(weights, ones([1, 4, 4, 2]), { level: 2 })).toThrow('a level within 0 and 1, got 2')
    expect(() => network.apply(weights, ones([1, 4, 4, 2]), { rescale: 0.5 })).toThrow('expected no rescale, got 0.5')
    expect(() => network.multiplyAdds([4])).toThrow('expected 2 positive whole numbers as size, got [4]')
  })
  disposeAll(weights)
})

test('isClassifier tells it from other networks', () => {
  expect(isClassifier(classifier(SMALL))).toBe(true)
  expect(isClassifier({ apply: () => undefined })).toBe(false)
})
