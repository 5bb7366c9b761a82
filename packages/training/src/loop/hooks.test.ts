import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '@leanvox/engine'
import { unet, type ApplyOptions } from '@leanvox/nets'
import { memory, tensor, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blobCases } from '../../fixtures/blob-cases.ts'
import { diceCrossEntropyLoss } from '../losses/dice-cross-entropy.ts'
import type { TrainEvent } from './events.ts'
import type { EpochPlan, StepBatch } from './hooks.ts'
import { movedAverage } from './moving-average.ts'
import type { TrainOptions } from './train-options.ts'
import { train } from './train.ts'

const root = mkdtempSync(join(tmpdir(), 'leanvox-hooks-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const cases = blobCases(4, { shape: [6, 6, 6] })
const network = unet({ channels: [3, 4], convsPerLevel: 1 })

/** Two steps of two items an epoch. */
function tiny(changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    network,
    cases,
    validationCases: cases.slice(0, 1),
    epochs: 3,
    batchSize: 2,
    patchSize: [6, 6, 6],
    learningRate: 0.01,
    clock: () => 0,
    ...changes,
  }
}

/** Keeps what the plain loss would compute, and shows the batches. */
function recording(seen: StepBatch[]): NonNullable<TrainOptions['objective']> {
  return (weights, batch, { applyOptions }) => {
    seen.push(batch)
    return diceCrossEntropyLoss(network.apply(weights, batch.images, applyOptions), batch.labels)
  }
}

describe('applyOptions', () => {
  const drawn: ApplyOptions = { rescale: 0.3 }

  test('reach the network, and their multiply-adds are summed step by step, over a resume too', async () => {
    const given: number[] = []
    const applyOptions: NonNullable<TrainOptions['applyOptions']> = ({ rng, step }) => {
      const rescale = rng.uniformIn(0.2, 0.8)
      given[step] = rescale
      return { rescale }
    }
    const folder = join(root, 'cost')
    const options = tiny({ folder, applyOptions })
    await train({ ...options, onEvent: ({ kind, epoch }) => (kind === 'epoch' && epoch === 2 ? 'stop' : undefined) })
    const { multiplyAdds, lastWeights } = await train(options)
    const sum = given.slice(1).reduce((total, rescale) => total + network.multiplyAdds([6, 6, 6], { rescale }), 0)
    expect(given).toHaveLength(7)
    expect(new Set(given.slice(1)).size).toBe(6)
    expect(multiplyAdds).toBe(3 * 2 * sum)
    expect(lastWeights).not.toEqual((await train(tiny())).lastWeights)
  })

  test('an objective that does the same gives the same run', async () => {
    const plain = await train(tiny({ applyOptions: () => drawn }))
    const own = await train(tiny({ applyOptions: () => drawn, objective: recording([]) }))
    expect(own).toEqual(plain)
  })
})

describe('objective', () => {
  test('reads cases that have no label, as zeros, and knows them by index', async () => {
    const seen: StepBatch[] = []
    const unlabelled = cases.map((one, i) => (i < 2 ? one : { ...one, label: one.label.map(() => 0), hasLabel: false }))
    const { steps } = await train(tiny({ cases: unlabelled, objective: recording(seen), epochs: 1 }))
    expect(steps).toBe(2)
    expect(seen.flatMap((batch) => batch.cases).sort()).toEqual([0, 1, 2, 3])
    expect(seen.map(({ lossWeights }) => lossWeights)).toEqual([null, null])
    await expect(train(tiny({ cases: unlabelled }))).rejects.toThrow('checkCases: expected a label in case blob-1-2')
  })

  test('is asked for a scalar, and leaves no tensor when it gives another', async () => {
    const before = memory().numTensors
    const objective = ((weights) => weights['head.0.kernel']) as NonNullable<TrainOptions['objective']>
    await expect(train(tiny({ objective }))).rejects.toThrow(
      'train: expected objective to return a scalar, got shape [1,1,1,3,2]',
    )
    expect(memory().numTensors).toBe(before)
  })
})

describe('average', () => {
  test('by hand: 0.75 of 4 and 0.25 of 8 are 5', () => {
    tidy(() => {
      const { w } = movedAverage({ average: { w: tensor([4, -1]) }, weights: { w: tensor([8, 3]) } }, 0.75)
      expect([...w.dataSync()]).toEqual([5, 0])
    })
  })

  test('moves after every step from the fresh weights on, and the step sees the one before', async () => {
    const name = 'head.0.kernel'
    const weightsSeen: number[] = []
    const averagesSeen: number[] = []
    const objective: NonNullable<TrainOptions['objective']> = (weights, { images, labels }, { average }) => {
      weightsSeen.push(weights[name].dataSync()[0])
      averagesSeen.push(average![name].dataSync()[0])
      return diceCrossEntropyLoss(network.apply(weights, images), labels)
    }
    const result = await train(tiny({ average: { decay: 0.75 }, objective, epochs: 2 }))
    const all = [...weightsSeen, result.lastWeights[name].data[0]]
    const expected = all.slice(1).reduce((list, weight) => [...list, 0.75 * list.at(-1)! + 0.25 * weight], [all[0]])
    expect([...averagesSeen, result.averageWeights![name].data[0]]).toHaveLength(5)
    averagesSeen.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6))
    expect(result.averageWeights![name].data[0]).toBeCloseTo(expected[4], 6)
    expect(Math.abs(all[4] - all[0])).toBeGreaterThan(1e-3)
  })

  test('is null without the option', async () => {
    const averages: unknown[] = []
    const beforeEpoch = async ({ average }: { average: unknown }) => {
      averages.push(average)
      return null
    }
    const { averageWeights } = await train(tiny({ epochs: 1, beforeEpoch }))
    expect([averageWeights, ...averages]).toEqual([null, null])
  })
})

describe('a plan', () => {
  test('comes before each epoch, is kept by null, and is in the result', async () => {
    const previous: (EpochPlan | null)[] = []
    const beforeEpoch: NonNullable<TrainOptions['beforeEpoch']> = async ({ epoch, previous: last }) => {
      previous.push(last)
      return epoch === 3 ? null : { lossWeights: [1, 2, 3, 4], note: { epoch } }
    }
    const { plan } = await train(tiny({ beforeEpoch }))
    expect(previous).toEqual([null, ...[1, 2].map((epoch) => ({ lossWeights: [1, 2, 3, 4], note: { epoch } }))])
    expect(plan).toEqual({ lossWeights: [1, 2, 3, 4], note: { epoch: 2 } })
  })

  test('gives each item the weight of its case; extra items enlarge the batch and its cost', async () => {
    const seen: StepBatch[] = []
    const lossWeights = [0.5, 1, 2, 4]
    const beforeEpoch = async () => ({ lossWeights, extra: { cases: [3], perBatch: 2 } })
    const { multiplyAdds } = await train(tiny({ beforeEpoch, objective: recording(seen), epochs: 1 }))
    for (const batch of seen) {
      expect(batch.images.shape).toEqual([4, 6, 6, 6, 1])
      expect(batch.cases.slice(2)).toEqual([3, 3])
      expect(batch.lossWeights).toEqual(batch.cases.map((at) => lossWeights[at]))
    }
    expect(multiplyAdds).toBe(2 * 4 * 3 * network.multiplyAdds([6, 6, 6]))
  })

  test('with loss weights of 1 trains as without, where the loss is a mean over the items', async () => {
    const loss = { name: 'cross-entropy' } as const
    const plain = await train(tiny({ loss }))
    const ones = await train(tiny({ loss, beforeEpoch: async () => ({ lossWeights: [1, 1, 1, 1] }) }))
    for (const [name, { data }] of Object.entries(plain.lastWeights)) {
      data.forEach((value, i) => expect(ones.lastWeights[name].data[i]).toBeCloseTo(value, 4))
    }
    const uneven = await train(tiny({ loss, beforeEpoch: async () => ({ lossWeights: [1, 1, 1, 9] }) }))
    expect(Math.abs(uneven.history[0].loss - plain.history[0].loss)).toBeGreaterThan(1e-4)
  })

  test('that is no good ends the run with its error', async () => {
    const before = memory().numTensors
    const beforeEpoch = async () => ({ drawWeights: [1, 2, 3, 0] })
    await expect(train(tiny({ beforeEpoch }))).rejects.toThrow(
      'train: expected finite drawWeights above 0, got 0 for case 3',
    )
    expect(memory().numTensors).toBe(before)
  })
})

describe('validate', () => {
  test('replaces the Dice: its numbers are told and kept, its highest dice is the best', async () => {
    const events: TrainEvent[] = []
    const validate = async (_: unknown, { epoch }: { epoch: number }) => ({
      ...{ dice: -((epoch - 2) ** 2), labels: { 1: 0.5 }, error: 2 * epoch },
    })
    const onEvent = (event: TrainEvent) => void events.push(event)
    const { best, history } = await train(tiny({ validationCases: [], validate, onEvent }))
    expect(best).toEqual({ epoch: 2, dice: -0 })
    expect(history.map(({ validation }) => validation?.error)).toEqual([2, 4, 6])
    const told = events.filter(({ kind }) => kind === 'validation')
    expect(told[2]).toEqual({ kind: 'validation', epoch: 3, step: 6, replayed: false, ...history[2].validation })
  })

  test.each([
    [{ dice: Infinity, labels: {} }, 'got Infinity for dice'],
    [{ dice: 1, labels: {}, note: 'good' as unknown as number }, 'got good for note'],
    [{ labels: {} } as never, 'got undefined for dice'],
  ])('refuses %j', async (record, message) => {
    await expect(train(tiny({ validate: async () => record }))).rejects.toThrow(
      `train: expected finite numbers or NaN from validate, ${message}`,
    )
  })
})

test('validation and planning tell that they go on, and let timers run', async () => {
  const events: TrainEvent[] = []
  let turns = 0
  await train(
    tiny({
      epochs: 1,
      validationCases: cases.slice(0, 2),
      beforeEpoch: async ({ progress }) => {
        setImmediate(() => turns++)
        await progress({ done: 1, total: 1 })
        expect(turns).toBe(1)
        return null
      },
      onEvent: (event) => void (event.kind === 'progress' && events.push(event)),
    }),
  )
  expect(events).toEqual([
    { kind: 'progress', task: 'before-epoch', epoch: 1, step: 0, done: 1, total: 1 },
    { kind: 'progress', task: 'validation', epoch: 1, step: 2, done: 1, total: 2 },
    { kind: 'progress', task: 'validation', epoch: 1, step: 2, done: 2, total: 2 },
  ])
})

test('with every hook no tensor is left and their number is flat', async () => {
  const before = memory().numTensors
  const counts = new Set<number>()
  await train(
    tiny({
      average: { decay: 0.9 },
      applyOptions: () => ({ rescale: 0.5 }),
      objective: recording([]),
      validate: async () => ({ dice: 1, labels: {} }),
      beforeEpoch: async ({ epoch }) => ({ drawWeights: [epoch, 1, 1, 1] }),
      onEvent: ({ kind }) => void (kind === 'step' && counts.add(memory().numTensors)),
    }),
  )
  expect(counts.size).toBe(1)
  expect(memory().numTensors).toBe(before)
})

test.each<[Partial<TrainOptions>, string]>([
  [{ average: { decay: 1 } }, 'train: expected a decay of the average in [0, 1), got 1'],
  [{ groups: [] }, 'train: expected at least one group, got 0'],
  [{ groups: [{ cases: [], perBatch: 2 }] }, 'train: expected at least one case in group 0, got 0'],
  [{ groups: [{ cases: [9], perBatch: 2 }] }, 'train: expected whole case indices from 0 to 3 in group 0, got 9'],
  [{ groups: [{ cases: [0], perBatch: 3 }] }, 'train: expected the batchSize of the groups, 3, got 2'],
])('refuses %j before it trains', async (change, message) => {
  await expect(train(tiny(change))).rejects.toThrow(message)
})
