import { startEngine, valueAndGradients } from '@leanvox/engine'
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { crossEntropyLoss } from './cross-entropy.ts'
import { diceCrossEntropyLoss } from './dice-cross-entropy.ts'
import { focalLoss } from './focal.ts'
import { lossByName, type LossName } from './loss-by-name.ts'
import { softDiceLoss } from './soft-dice.ts'
import { tverskyLoss } from './tversky.ts'

const NAMES: readonly LossName[] = ['dice', 'cross-entropy', 'dice-cross-entropy', 'focal', 'tversky']

beforeAll(() => start('cpu'))

async function start(backend: 'cpu' | 'wasm'): Promise<void> {
  await startEngine({ backend })
}

/** A loss over `[1, voxels, channels]` as plain numbers. */
function evaluate(loss: (z: Tensor, y: Tensor) => Tensor, logits: readonly number[][], labels: readonly number[]) {
  const shape = [1, labels.length, logits[0].length]
  return tidy(() => {
    const y = tensor([...labels], shape.slice(0, -1), 'int32')
    const z = tensor(logits.flat(), shape)
    const { value, gradients } = valueAndGradients((weights) => loss(weights.z, y) as never, { z })
    return { value: value.dataSync()[0], gradient: [...gradients.z.dataSync()] }
  })
}

describe.each(NAMES)('%s', (name) => {
  const loss = lossByName(name)
  const two = (foreground: number) => [0, foreground]
  const one = (foreground: number) => [foreground]

  test.each([
    { title: 'an empty foreground', labels: [0, 0, 0, 0] },
    { title: 'an all-foreground item', labels: [1, 1, 1, 1] },
    { title: 'one foreground voxel', labels: [0, 1, 0, 0] },
  ])('is finite for $title, also with logits of 1e4 and -1e4', async ({ labels }) => {
    for (const backend of ['wasm', 'cpu'] as const) {
      await start(backend)
      for (const logits of [one, two].flatMap((row) =>
        [0, 1, 1e4].map((size) => [-size, size, size, -size].map(row)),
      )) {
        const { value, gradient } = evaluate(loss, logits, labels)
        expect([value, ...gradient].every(Number.isFinite)).toBe(true)
      }
    }
  })

  test('is finite for a single voxel', () => {
    const { value, gradient } = evaluate(loss, [[0.3, -0.2, 1]], [2])
    expect(value).toBeGreaterThan(0)
    expect(gradient.every(Number.isFinite)).toBe(true)
  })

  test('is 0 with a zero gradient for a certain, correct prediction', () => {
    const { value, gradient } = evaluate(loss, [two(-1e4), two(1e4), two(1e4)], [0, 1, 1])
    expect(value).toBeCloseTo(0, 6)
    for (const slope of gradient) expect(slope).toBeCloseTo(0, 6)
  })

  test('pushes the logit of the true class up', () => {
    const { gradient } = evaluate(loss, [two(0.5), two(-0.5)], [1, 0])
    expect(gradient[1]).toBeLessThan(0)
    expect(gradient[3]).toBeGreaterThan(0)
  })

  test('does not change when all logits of a voxel move together', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 9, maxLength: 9 }), (values) => {
        const rows = [values.slice(0, 3), values.slice(3, 6), values.slice(6)]
        const moved = rows.map((row, i) => row.map((value) => value + 10 * (i + 1)))
        const labels = [0, 1, 2]
        expect(evaluate(loss, moved, labels).value).toBeCloseTo(evaluate(loss, rows, labels).value, 4)
      }),
      { numRuns: 20 },
    )
  })

  test('names both shapes when labels do not fit', () => {
    const bad = () => tidy(() => loss(tensor([0, 0], [1, 1, 2]), tensor([0, 0, 0], [1, 3], 'int32')))
    expect(bad).toThrow('loss: expected labels of shape [1, 1] or [1, 1, 2] for logits [1, 1, 2], got [1, 3]')
  })
})

describe('values by hand', () => {
  // softmax of (0, ln 3) is (1/4, 3/4)
  const logits = [
    [0, Math.log(3)],
    [0, Math.log(3)],
  ]

  test('soft Dice: 1 - 2 x 0.75 / (1.5 + 1)', () => {
    expect(evaluate(softDiceLoss, logits, [1, 0]).value).toBeCloseTo(0.4, 4)
  })

  test('squared soft Dice: 1 - 2 x 0.75 / (1.125 + 1)', () => {
    const loss = lossByName('dice', { denominator: 'squared' })
    expect(evaluate(loss, logits, [1, 0]).value).toBeCloseTo(1 - 1.5 / 2.125, 4)
  })

  test('cross-entropy: -(ln 0.75 + ln 0.25) / 2', () => {
    expect(evaluate(crossEntropyLoss, logits, [1, 0]).value).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, 6)
  })

  test('Dice + cross-entropy is the sum of the two', () => {
    const sum = 0.4 - (Math.log(0.75) + Math.log(0.25)) / 2
    expect(evaluate(diceCrossEntropyLoss, logits, [1, 0]).value).toBeCloseTo(sum, 4)
  })

  test('focal with gamma 2: mean of (1 - p)^2 x -ln p', () => {
    const expected = -(0.0625 * Math.log(0.75) + 0.5625 * Math.log(0.25)) / 2
    expect(evaluate(focalLoss, logits, [1, 0]).value).toBeCloseTo(expected, 6)
  })

  test('Tversky 0.3, 0.7: TP 0.75, FP 0.75, FN 0.25', () => {
    expect(evaluate(tverskyLoss, logits, [1, 0]).value).toBeCloseTo(1 - 0.75 / (0.75 + 0.225 + 0.175), 4)
  })

  test('cross-entropy of a wrong logit of 1e4 is 1e4, with a gradient of 1', () => {
    const { value, gradient } = evaluate(crossEntropyLoss, [[0, 1e4]], [0])
    expect(value).toBe(1e4)
    expect(gradient).toEqual([-1, 1])
  })

  test('a class absent from labels and prediction scores Dice 1', () => {
    const certain = [
      [1e4, 0, -1e4],
      [0, 1e4, -1e4],
    ]
    expect(evaluate(softDiceLoss, certain, [0, 1]).value).toBeCloseTo(0, 6)
  })

  test('cross-entropy is 0 where every voxel has weight 0', () => {
    const loss = lossByName('cross-entropy', { classWeights: [0, 1] })
    expect(evaluate(loss, logits, [0, 0])).toEqual({ value: 0, gradient: [0, 0, 0, 0].map(() => expect.closeTo(0)) })
  })
})

describe('batch sums', () => {
  test('batch Dice keeps a gradient for an empty item, item Dice all but loses it', () => {
    const slope = (batch: boolean) =>
      tidy(() => {
        const y = tensor([1, 0, 0, 0], [2, 2], 'int32')
        const z = tensor([0, 0, 0, 0], [2, 2, 1])
        const { gradients } = valueAndGradients((weights) => softDiceLoss(weights.z, y, { batch }), { z })
        return gradients.z.dataSync()[2]
      })
    expect(slope(true)).toBeGreaterThan(0.01)
    expect(Math.abs(slope(false))).toBeLessThan(1e-4)
  })
})

test.each([
  [
    () => lossByName('hinge' as LossName),
    'lossByName: expected one of dice, cross-entropy, dice-cross-entropy, focal, tversky, got hinge',
  ],
  [
    () => evaluate(lossByName('dice', { smooth: 0 }), [[0, 1]], [1]),
    'softDiceLoss: expected a positive finite smooth, got 0',
  ],
  [
    () => evaluate(lossByName('tversky', { alpha: -1 }), [[0, 1]], [1]),
    'tverskyLoss: expected alpha and beta of at least 0, got -1 and 0.7',
  ],
  [
    () => evaluate(lossByName('focal', { gamma: 0.5 }), [[0, 1]], [1]),
    'focalLoss: expected a gamma of 0 or at least 1, got 0.5',
  ],
  [
    () => evaluate(lossByName('focal', { classWeights: [1] }), [[1]], [1]),
    'classWeights: expected 2 finite weights of at least 0 (background first), got [1]',
  ],
])('refuses options with %s', (run, message) => {
  expect(run).toThrow(message)
})
