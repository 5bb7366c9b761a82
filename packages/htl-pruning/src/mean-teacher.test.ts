import { disposeAll, startEngine, valueAndGradients, type NamedTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import {
  crossEntropyLoss,
  lossByName,
  train,
  type SegmentationNetwork,
  type StepBatch,
  type StepContext,
} from '@leanvox/training'
import { memory, mul, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { squareCases } from '../fixtures/square-cases.ts'
import { meanTeacher, sigmoidRamp, type MeanTeacherOptions } from './index.ts'

beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

/** Logits are the image times one weight: losses can be computed by hand. */
const gain = {
  spec: { dimensions: 2, inChannels: 1, outChannels: 1 },
  apply: (weights: NamedTensors, x) => mul(x, weights.k),
} as SegmentationNetwork

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const STILL = { gain: 0, offset: 0 }
// Two images of two places each; the first is labelled.
const X = [1, -2, 0.5, 3]
const Y = [1, 0, 0, 0]

function lossOf(
  options: Partial<MeanTeacherOptions>,
  {
    step = 1000,
    lossWeights = null,
    student = 1,
    teacher = 2,
  }: Partial<StepBatch> & { step?: number; student?: number; teacher?: number } = {},
): number {
  return tidy(() => {
    const objective = meanTeacher({
      network: gain,
      labelled: [true, false],
      loss: lossByName('cross-entropy'),
      perturbation: STILL,
      confidence: 0,
      ...options,
    })
    const batch = { images: tensor(X, [2, 1, 2, 1]), labels: tensor(Y, [2, 1, 2], 'int32'), cases: [0, 1], lossWeights }
    const context = { step, rng: createRng(1), average: { k: tensor([teacher]) } } as unknown as StepContext
    return objective({ k: tensor([student]) }, batch, context).dataSync()[0]
  })
}

const supervised = (-Math.log(sigmoid(1)) - Math.log(1 - sigmoid(-2))) / 2
const squared = (z: number) => (sigmoid(z) - sigmoid(2 * z)) ** 2

describe('the objective by hand', () => {
  test('is the labelled loss plus the mean squared difference of probabilities', () => {
    expect(lossOf({})).toBeCloseTo(supervised + (squared(0.5) + squared(3)) / 2, 5)
    expect(lossOf({ weight: 3 })).toBeCloseTo(supervised + (3 * (squared(0.5) + squared(3))) / 2, 5)
  })

  test('leaves out voxels of which the teacher is not sure', () => {
    // The teacher gives sigmoid(1) = 0.73 and sigmoid(6) = 0.998.
    expect(lossOf({ confidence: 0.9 })).toBeCloseTo(supervised + squared(3) / 2, 5)
    expect(lossOf({ confidence: 0.999 })).toBeCloseTo(supervised, 5)
  })

  test('with pseudo-labels is the cross-entropy of the teacher’s class', () => {
    const rest = (-Math.log(sigmoid(0.5)) - Math.log(sigmoid(3))) / 2
    expect(lossOf({ consistency: 'pseudo-label' })).toBeCloseTo(supervised + rest, 5)
  })

  test('comes in along the ramp', () => {
    const full = lossOf({}) - supervised
    expect(lossOf({ rampUp: 100 }, { step: 50 })).toBeCloseTo(supervised + Math.exp(-5 / 4) * full, 5)
    expect(lossOf({ rampUp: 100 }, { step: 100 })).toBeCloseTo(supervised + full, 5)
  })

  test('is a weighted mean over the items of each kind', () => {
    const both = { labelled: [false, false], loss: lossByName('cross-entropy') }
    const of = (a: number, b: number) => (squared(a) + squared(b)) / 2
    expect(lossOf(both, { lossWeights: [3, 1] })).toBeCloseTo((3 * of(1, -2) + of(0.5, 3)) / 4, 5)
    // One item of each kind: weights change nothing.
    expect(lossOf({}, { lossWeights: [5, 2] })).toBeCloseTo(lossOf({}), 6)
  })

  test('without labelled, or without unlabelled, items has only the other part', () => {
    expect(lossOf({ labelled: [true, true] })).toBeCloseTo(
      tidy(() => crossEntropyLoss(tensor(X, [2, 1, 2, 1]), tensor(Y, [2, 1, 2], 'int32')).dataSync()[0]),
      5,
    )
    expect(lossOf({ labelled: [false, false] }, { teacher: 1 })).toBe(0)
  })

  test('perturbs what the student sees, by the stream of the step', () => {
    const moved = { perturbation: { gain: 0.5, offset: 0.5 } }
    expect(lossOf(moved)).not.toBeCloseTo(lossOf({}), 4)
    expect(lossOf(moved)).toBe(lossOf(moved))
  })
})

test.each(['squared', 'pseudo-label'] as const)('gradients of %s agree with finite differences', (consistency) => {
  const objective = meanTeacher({
    network: gain,
    labelled: [true, false],
    consistency,
    confidence: 0.6,
    perturbation: STILL,
  })
  const parts = {
    images: tensor(X, [2, 1, 2, 1]),
    labels: tensor(Y, [2, 1, 2], 'int32'),
    average: tensor([2]),
    k: tensor([0.8]),
  }
  const batch = { images: parts.images, labels: parts.labels, cases: [0, 1], lossWeights: null }
  const context = { step: 1000, rng: createRng(1), average: { k: parts.average } } as unknown as StepContext
  const before = memory().numTensors
  const { value, gradients } = valueAndGradients((weights) => objective(weights, batch, context), { k: parts.k })
  expect(memory().numTensors).toBe(before + 2)
  const at = (k: number) => tidy(() => objective({ k: tensor([k]) }, batch, context).dataSync()[0])
  expect(gradients.k.dataSync()[0]).toBeCloseTo((at(0.81) - at(0.79)) / 0.02, 2)
  disposeAll({ ...parts, ...gradients, value })
})

test('trains on labelled and unlabelled cases, the teacher following the student', async () => {
  const network = unet({ dimensions: 2, channels: [3, 4], convsPerLevel: 1 })
  const cases = squareCases(8).map((one, i) => (i < 2 ? one : { ...one, label: new Uint8Array(64), hasLabel: false }))
  const before = memory().numTensors
  const { history, averageWeights } = await train({
    network,
    cases,
    epochs: 12,
    patchSize: [8, 8],
    augmentation: 'none',
    learningRate: 0.02,
    objective: meanTeacher({ network, labelled: cases.map((_, i) => i < 2), rampUp: 10 }),
    average: { decay: 0.9 },
    groups: [
      { cases: [2, 3, 4, 5, 6, 7], perBatch: 2 },
      { cases: [0, 1], perBatch: 2 },
    ],
  })
  expect(memory().numTensors).toBe(before)
  expect(history[11].loss).toBeLessThan(0.7 * history[0].loss)
  expect(Object.keys(averageWeights ?? {})).toEqual(network.parameters.map(({ name }) => name))
})

test('sigmoidRamp by hand', () => {
  expect([0, 5, 10, 20].map((step) => sigmoidRamp(step, 10))).toEqual([Math.exp(-5), Math.exp(-5 / 4), 1, 1])
  expect(sigmoidRamp(0, 0)).toBe(1)
  expect(() => sigmoidRamp(1, -1)).toThrow(new RangeError('sigmoidRamp: expected a length of at least 0, got -1'))
})

test('refuses odd options, a case it was told nothing of, and to run without an average', () => {
  const make = (options: Partial<MeanTeacherOptions>) => meanTeacher({ network: gain, labelled: [], ...options })
  expect(() => make({ consistency: 'cubic' as 'squared' })).toThrow('of squared or pseudo-label, got cubic')
  expect(() => make({ weight: -1 })).toThrow(new RangeError('meanTeacher: expected a weight of at least 0, got -1'))
  expect(() => make({ confidence: 1 })).toThrow('meanTeacher: expected a confidence in [0, 1), got 1')
  expect(() => lossOf({ labelled: [true] })).toThrow('meanTeacher: expected labelled for case 1, got 1 entries')
  const bare = { step: 1, rng: createRng(1), average: null } as unknown as StepContext
  expect(() => make({})({}, {} as StepBatch, bare)).toThrow('expected a moving average of the weights, got none')
})
