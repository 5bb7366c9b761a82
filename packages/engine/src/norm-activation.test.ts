import { add, memory, mul, ones, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { normActivation, startEngine } from './index.ts'

const wavy = (count: number, phase = 0) =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(index * 1.7 + phase) * 2 + 1)

// The definition in float64, channel by channel.
function direct(
  x: Float32Array,
  shape: { batch: number; space: number; channels: number },
  { groups, scale, offset }: { groups: number; scale: Float32Array; offset: Float32Array },
) {
  const { batch, space, channels } = shape
  const result = new Float64Array(x.length)
  const size = channels / groups
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      const indices = Array.from(
        { length: space * size },
        (_, k) => (n * space + Math.floor(k / size)) * channels + group * size + (k % size),
      )
      const mean = indices.reduce((sum, index) => sum + x[index], 0) / indices.length
      const variance = indices.reduce((sum, index) => sum + (x[index] - mean) ** 2, 0) / indices.length
      for (const index of indices) {
        const z = ((x[index] - mean) / Math.sqrt(variance + 1e-5)) * scale[index % channels] + offset[index % channels]
        result[index] = z > 0 ? z : 0.01 * z
      }
    }
  }
  return result
}

describe.each(['cpu', 'wasm'] as const)('normActivation on %s', (backend) => {
  beforeAll(async () => void (await startEngine({ backend })))

  it('normalises each channel of each item worked out by hand', () => {
    const x = tensor([1, 10, 3, 10, -1, 0, 1, 4], [2, 1, 2, 2])
    const y = normActivation(x, {}, { kind: 'instance', epsilon: 0.0001, leakiness: 0.5 }).dataSync()
    const expected = [-0.5, 0, 1, 0, -0.5, -0.5, 1, 1]
    expected.forEach((value, index) => expect(y[index]).toBeCloseTo(value, 3))
  })

  it('agrees with the definition in float64 for random sizes and groups', () => {
    const drawn = fc.record({
      batch: fc.integer({ min: 1, max: 2 }),
      space: fc.integer({ min: 2, max: 3000 }),
      size: fc.integer({ min: 1, max: 5 }),
      groups: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(drawn, ({ batch, space, size, groups }) => {
        const channels = size * groups
        const [x, scale, offset] = [wavy(batch * space * channels), wavy(channels, 1), wavy(channels, 2)]
        tidy(() => {
          const affine = { scale: tensor1d(scale), offset: tensor1d(offset) }
          const y = normActivation(tensor(x, [batch, space, 1, channels]), affine, { kind: 'group', groups }).dataSync()
          const expected = direct(x, { batch, space, channels }, { groups, scale, offset })
          for (let index = 0; index < y.length; index++) {
            if (!(Math.abs(y[index] - expected[index]) < 2e-4))
              expect.fail(`[${index}] ${y[index]} is not ${expected[index]}`)
          }
        })
      }),
      { numRuns: 25 },
    )
  })

  it('does not change when x is scaled and shifted', () => {
    tidy(() => {
      const x = tensor(wavy(2 * 60 * 3), [2, 4, 3, 5, 3])
      const [y, moved] = [x, add(mul(x, 5), 100)].map((value) =>
        normActivation(value, {}, { kind: 'instance' }).dataSync(),
      )
      y.forEach((value, index) => expect(moved[index]).toBeCloseTo(value, 3))
    })
  })

  it('is instance norm where each channel is a group, and gives zero for one place', () => {
    tidy(() => {
      const x = tensor(wavy(2 * 12 * 3), [2, 4, 3, 3])
      const [instance, group] = [
        normActivation(x, {}, { kind: 'instance' }),
        normActivation(x, {}, { kind: 'group', groups: 3 }),
      ]
      expect([...group.dataSync()]).toEqual([...instance.dataSync()])
      normActivation(tensor([3, -4], [1, 1, 1, 2]), {}, { kind: 'instance' })
        .dataSync()
        .forEach((value) => expect(value).toBeCloseTo(0, 5))
    })
  })

  it('only scales, shifts and bends with kind none', () => {
    const y = normActivation(
      tensor([-2, 2, 1], [1, 3, 1, 1]),
      { scale: tensor1d([3]), offset: tensor1d([-4]) },
      { kind: 'none', leakiness: 0.1 },
    )
    ;[-1, 2, -0.1].forEach((value, index) => expect(y.dataSync()[index]).toBeCloseTo(value, 6))
  })

  it('leaves one tensor behind', () => {
    const x = ones([1, 4, 4, 2])
    const before = memory().numTensors
    normActivation(x, {}, { kind: 'instance' }).dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('names groups, affines and slopes that do not fit', () => {
    const x = ones([1, 4, 4, 6])
    expect(() => normActivation(x, {}, { kind: 'group', groups: 4 })).toThrow(
      'normActivation: expected groups that divide 6 channels, got 4',
    )
    expect(() => normActivation(x, { scale: ones([5]) }, { kind: 'instance' })).toThrow(
      'normActivation: expected scale of shape [6], got [5]',
    )
    expect(() => normActivation(x, {}, { kind: 'instance', leakiness: 2 })).toThrow(
      'normActivation: expected a leakiness in [0, 1], got 2',
    )
  })
})
