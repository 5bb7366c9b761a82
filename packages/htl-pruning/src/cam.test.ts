import { disposeAll, startEngine, toTensors, type NamedArrays } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { memory, randomUniform, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { activationMap, cam, classifier, gradCam } from './index.ts'

beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

/**
 * By hand: two input channels pass unchanged to two features (the middle tap of each kernel is the identity, no norm, a
 * leakiness of 1). Class 0 looks at the first, class 1 at the second, class 2 at three times the first minus the second.
 */
const HAND = classifier({
  inChannels: 2,
  outChannels: 3,
  channels: [2],
  convsPerLevel: 1,
  norm: 'none',
  leakiness: 1,
})
const kernel = new Float32Array(36)
kernel.set([1, 0, 0, 1], 4 * 4)
const HAND_WEIGHTS: NamedArrays = {
  'encoder.0.conv.0.kernel': { shape: [3, 3, 2, 2], data: kernel },
  'encoder.0.conv.0.offset': { shape: [2], data: Float32Array.of(0, 0) },
  'head.kernel': { shape: [2, 3], data: Float32Array.of(1, 0, 3, 0, 1, -1) },
  'head.bias': { shape: [3], data: Float32Array.of(0.5, 0, 0) },
}
// Two images of 1 x 2 places: channel pairs (1, 10), (2, 20) and (3, 30), (-4, -40).
const IMAGES = [1, 10, 2, 20, 3, 30, -4, -40]

function withHand<T>(use: (model: { network: typeof HAND; weights: ReturnType<typeof toTensors> }, x: Tensor) => T): T {
  const weights = toTensors(HAND_WEIGHTS)
  const x = tensor(IMAGES, [2, 1, 2, 2])
  try {
    return use({ network: HAND, weights }, x)
  } finally {
    disposeAll({ ...weights, x })
  }
}

const valuesOf = (map: Tensor) => {
  const values = [...map.dataSync()]
  map.dispose()
  return values
}

describe('CAM of a hand-made network', () => {
  test('is the weighted sum of the features, for each image its own class', () => {
    withHand((model, x) => {
      const map = cam(model, x, { classes: [1, 2] })
      expect(map.shape).toEqual([2, 1, 2])
      expect(valuesOf(map)).toEqual([10, 20, 3 * 3 - 30, 3 * -4 + 40])
    })
  })

  test('has the logit less the bias as its mean', () => {
    withHand((model, x) => {
      const [logits] = tidy(() => [[...model.network.apply(model.weights, x).dataSync()]])
      expect(logits.slice(0, 3)).toEqual([1.5 + 0.5, 15, 3 * 1.5 - 15])
    })
  })

  test('refuses a wrong number of classes and one that does not exist', () => {
    withHand((model, x) => {
      expect(() => cam(model, x, { classes: [0] })).toThrow(new RangeError('cam: expected a class for 2 images, got 1'))
      expect(() => cam(model, x, { classes: [0, 3] })).toThrow('cam: expected classes below 3, got 3')
    })
  })
})

describe('Grad-CAM', () => {
  test('of a hand-made network is relu(CAM) over the number of places', () => {
    withHand((model, x) => {
      expect(valuesOf(gradCam(model, x, { classes: [1, 2] }))).toEqual([5, 10, 0, 14])
    })
  })

  test('at the last level is relu(CAM) over the number of places for any network', () => {
    // One level: the features have the size of the input, and no resizing mixes signs.
    const network = classifier({ channels: [6], outChannels: 3 })
    const weights = toTensors(network.init(createRng(2)))
    const x = randomUniform([2, 6, 8, 3], -1, 1, 'float32', 3)
    const plain = valuesOf(cam({ network, weights }, x, { classes: [0, 2] }))
    const found = valuesOf(gradCam({ network, weights }, x, { classes: [0, 2] }))
    plain.forEach((value, i) => expect(found[i]).toBeCloseTo(Math.max(0, value) / 48, 5))
    expect(Math.max(...found)).toBeGreaterThan(0.001)
    disposeAll({ ...weights, x })
  })

  test('has the size of the input at every level, and leaves nothing behind', () => {
    const network = classifier({ dimensions: 3, inChannels: 1, channels: [2, 3], convsPerLevel: 1 })
    const weights = toTensors(network.init(createRng(2)))
    const x = randomUniform([1, 3, 5, 4, 1], -1, 1, 'float32', 3)
    const before = memory().numTensors
    for (const level of [0, 1]) {
      const map = gradCam({ network, weights }, x, { classes: [1], level })
      expect(map.shape).toEqual([1, 3, 5, 4])
      map.dispose()
    }
    cam({ network, weights }, x, { classes: [0] }).dispose()
    expect(memory().numTensors).toBe(before)
    disposeAll({ ...weights, x })
  })
})

test('the activation map of a hand-made network is the mean of its positive features', () => {
  withHand((model, x) => {
    expect(valuesOf(activationMap(model, x))).toEqual([5.5, 11, 16.5, 0])
    expect(() => activationMap(model, x, { level: 1 })).toThrow('classifier: expected a level within 0 and 0, got 1')
  })
})
