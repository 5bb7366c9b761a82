import { disposeAll, startEngine, toTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { lossByName, train, type PreparedCase, type StepBatch, type StepContext } from '@leanvox/training'
import { memory, randomUniform, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { squareCases } from '../fixtures/square-cases.ts'
import {
  balancedClassWeights,
  classificationObjective,
  classifier,
  classifierValidation,
  predictCases,
  segmentationValidation,
} from './index.ts'

beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const network = classifier({ inChannels: 1, channels: [4, 6], convsPerLevel: 1 })
const weights = network.init(createRng(1))

describe('the objective', () => {
  const targets = [1, 0, 1]
  const images = () => randomUniform([2, 6, 6, 1], -1, 1, 'float32', 2)

  function lossOf(options: object, lossWeights: readonly number[] | null = null): number {
    return tidy(() => {
      const batch: StepBatch = { images: images(), labels: tensor([0]), cases: [1, 2], lossWeights }
      const objective = classificationObjective({ network, targets, ...options })
      return objective(toTensors(weights), batch, {} as StepContext).dataSync()[0]
    })
  }

  // Cross-entropies of both items, from the logits.
  function byHand(): number[] {
    return tidy(() => {
      const z = network.apply(toTensors(weights), images()).dataSync()
      return [0, 1].map((item) => Math.log(Math.exp(z[2 * item]) + Math.exp(z[2 * item + 1])) - z[2 * item + item])
    })
  }

  test('is the mean cross-entropy of the cases in the batch', () => {
    const [a, b] = byHand()
    expect(lossOf({})).toBeCloseTo((a + b) / 2, 5)
  })

  test('weighs items by plan and class', () => {
    const [a, b] = byHand()
    expect(lossOf({}, [3, 1])).toBeCloseTo((3 * a + b) / 4, 5)
    expect(lossOf({ classWeights: [1, 4] })).toBeCloseTo((a + 4 * b) / 5, 5)
    expect(lossOf({ classWeights: [1, 4] }, [3, 1])).toBeCloseTo((3 * a + 4 * b) / 7, 5)
  })

  test('takes focal loss', () => {
    const focused = (l: number) => (1 - Math.exp(-l)) ** 2 * l
    const [a, b] = byHand()
    expect(lossOf({ loss: lossByName('focal') })).toBeCloseTo((focused(a) + focused(b)) / 2, 5)
  })

  test('refuses targets that are no class and class weights of another number', () => {
    expect(() => lossOf({ targets: [2] })).toThrow(
      new RangeError('classificationObjective: expected targets below 2, got 2'),
    )
    expect(() => lossOf({ classWeights: [1] })).toThrow('classificationObjective: expected 2 class weights, got 1')
  })
})

test('balancedClassWeights make classes count alike', () => {
  expect(balancedClassWeights([0, 0, 0, 1], { classes: 3 })).toEqual([4 / 9, 4 / 3, 0])
})

test('learns stripes from none, and balanced accuracy sees it', async () => {
  const striped = (value: number, at: number) => value + 2 * (at % 2)
  const cases: PreparedCase[] = squareCases(12).map((one, i) => ({
    ...one,
    image: i % 2 === 0 ? one.image : one.image.map(striped),
    hasLabel: false,
  }))
  const targets = cases.map((_, i) => i % 2)
  const validate = classifierValidation({ network, cases, targets })
  const before = memory().numTensors
  const { lastWeights } = await train({
    network,
    cases,
    epochs: 15,
    batchSize: 4,
    patchSize: [8, 8],
    augmentation: 'none',
    learningRate: 0.02,
    objective: classificationObjective({ network, targets }),
  })
  expect(memory().numTensors).toBe(before)
  const learned = toTensors(lastWeights)
  expect(await validate(learned)).toMatchObject({ dice: 1, labels: { 0: 1, 1: 1 }, accuracy: 1 })
  disposeAll(learned)
})

describe('predictions of whole cases', () => {
  test('are the same in any batch, with probabilities of sum 1', async () => {
    const net = unet({ dimensions: 2, channels: [3], convsPerLevel: 1, outChannels: 3 })
    const model = { network: net, weights: net.init(createRng(1)), cases: squareCases(3) }
    const [one, all] = await Promise.all([predictCases(model, { batchSize: 1 }), predictCases(model)])
    expect(one.map(({ labelMap }) => labelMap)).toEqual(all.map(({ labelMap }) => labelMap))
    const { probabilities } = one[0]
    for (let i = 0; i < 64; i++) {
      const three = [...probabilities.slice(3 * i, 3 * i + 3)]
      expect(three.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
      expect(three.indexOf(Math.max(...three))).toBe(one[0].labelMap[i])
    }
  })

  test('of one output channel are foreground where the logit is positive', async () => {
    const net = unet({ dimensions: 2, channels: [3], convsPerLevel: 1, outChannels: 1 })
    const [{ labelMap, probabilities }] = await predictCases({
      network: net,
      weights: net.init(createRng(3)),
      cases: squareCases(1),
    })
    labelMap.forEach((label, i) => expect(probabilities[2 * i + 1] > 0.5 ? 1 : 0).toBe(label))
    expect(new Set(labelMap)).toEqual(new Set([0, 1]))
  })

  test('refuses a batch of none', async () => {
    const net = unet({ dimensions: 2, channels: [3], convsPerLevel: 1 })
    const model = { network: net, weights: net.init(createRng(1)), cases: squareCases(1) }
    await expect(predictCases(model, { batchSize: 0 })).rejects.toThrow(
      new RangeError('predictCases: expected a batch size of at least 1, got 0'),
    )
  })
})

test('segmentationValidation means over the cases that have foreground', async () => {
  const net = unet({ dimensions: 2, channels: [3], convsPerLevel: 1 })
  const cases = squareCases(3)
  const tensors = toTensors(net.init(createRng(1)))
  const predictions = await predictCases({ network: net, weights: tensors, cases })
  const perfect = cases.map((one, i) => ({ ...one, label: predictions[i].labelMap }))
  const blank = { ...cases[0], label: new Uint8Array(64) }
  const validation = await segmentationValidation({ network: net, cases: [...perfect, blank] })(tensors)
  expect(validation).toMatchObject({ dice: 1, iou: 1, boxIou75: 1, labels: { foreground: 1 } })
  disposeAll(tensors)
})

test('classifierValidation refuses targets that do not fit', () => {
  expect(() => classifierValidation({ network, cases: squareCases(2), targets: [1] })).toThrow(
    new RangeError('classifierValidation: expected 2 targets, got 1'),
  )
})
