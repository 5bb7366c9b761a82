/**
 * Hostile calls of the addon and of kernels: whatever comes in, a JavaScript error comes out or a result, never a crash.
 *
 * A crash would end the process of this test, which the runner reports.
 */
import { beforeAll, expect, it } from 'vitest'

import { native } from './native.ts'
import { describeNative, draws, expectAgreement, randomTensor, runOn, startOnednn, tensorOf } from './testing.ts'

type Draws = ReturnType<typeof draws>

const odd = [0, 1, 2, 3, -1, 7, 8, 64, 2 ** 15, 2 ** 16, 2 ** 30, 2 ** 31 - 1, -(2 ** 31)] as const
// These change the process itself; they have tests of their own.
const apart = ['setThreads', 'allocate', 'release']

function hostileValue(random: Draws): unknown {
  const length = random.pick([0, 1, 2, 5, 16, 33, 64, 4096])
  return random.pick([
    () => random.floats(length),
    () => random.floats(length),
    () => Int32Array.from({ length }, () => random.pick(odd)),
    () => Int32Array.from({ length }, () => random.integer(0, 4)),
    () => Int32Array.from({ length }, () => random.integer(0, 4)),
    () => Uint8Array.from({ length }, () => random.integer(0, 255)),
    () => random.pick(odd),
    () => random.next(),
    () => random.pick([NaN, Infinity, -Infinity, 1e300, undefined, null, 'text', true, {}, [], Symbol('s'), 2n]),
    () => new Float64Array(length),
    () => new Float32Array(new ArrayBuffer(64), 4, 3),
    () => new DataView(new ArrayBuffer(8)),
    () => detached(),
    () => Array.from({ length: random.integer(0, 3) }, () => random.floats(random.integer(0, 8))),
  ])()
}

function detached(): Float32Array {
  const values = new Float32Array(16)
  structuredClone(values, { transfer: [values.buffer] })
  return values
}

/** A call that is right but for one number of its attributes. */
function nearlyRight(random: Draws): [string, unknown[]] {
  const conv = [2, 1, 5, 5, 1, 2, 5, 5, 1, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, random.integer(0, 1), 0]
  const pool = [1, 2, 1, 4, 4, 1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 1, 1, 0, 0, 0]
  const product = [1, 3, 4, 5, 0, 0, random.integer(0, 1), 0, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1]
  const [x, filter, y] = [random.floats(50), random.floats(54), random.floats(75)]
  const spoiled = (attributes: number[]) => {
    const list = Int32Array.from(attributes)
    for (let i = random.integer(0, 2); i > 0; i--)
      list[random.integer(0, list.length - 1)] = random.pick([...odd, random.integer(-3, 9)])
    return list
  }
  return random.pick<[string, unknown[]]>([
    ['convForward', [spoiled(conv), x, filter, random.pick([null, random.floats(3)]), y, 0.1]],
    ['convBackwardInput', [spoiled(conv), y, filter, x, 0]],
    ['convBackwardFilter', [spoiled(conv), x, y, filter, 0]],
    ['maxPool', [spoiled(pool), random.floats(32), random.floats(8)]],
    ['avgPool', [spoiled(pool), random.floats(32), random.floats(8)]],
    ['maxPoolGrad', [spoiled(pool), random.floats(32), random.floats(8), random.floats(32)]],
    ['avgPoolGrad', [spoiled(pool), random.floats(8), random.floats(32)]],
    ['matmul', [spoiled(product), random.floats(24), random.floats(40), null, random.floats(30), 0]],
  ])
}

function survives(name: string, values: unknown[]): boolean {
  const addon = native() as unknown as Record<string, (...values: unknown[]) => unknown>
  try {
    addon[name](...values)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).not.toBe('')
    return false
  }
}

describeNative('hostile calls', () => {
  beforeAll(startOnednn)

  it('of any function of the addon end in an error or a result', () => {
    const random = draws(71)
    const names = Object.keys(native()).filter((name) => !apart.includes(name))
    expect(names).toContain('convForward')
    for (let round = 0; round < 300; round++) {
      for (const name of names)
        survives(
          name,
          Array.from({ length: random.integer(0, 8) }, () => hostileValue(random)),
        )
    }
  })

  it('that are nearly right end in an error or a result', () => {
    const random = draws(72)
    let fine = 0
    for (let round = 0; round < 6000; round++) if (survives(...nearlyRight(random))) fine++
    // Both outcomes are seen, or nothing was tested.
    expect(fine).toBeGreaterThan(500)
    expect(fine).toBeLessThan(5500)
  })

  it('of memory functions end in an error or a result', () => {
    const addon = native()
    for (const wrong of [-1, 1.5, NaN, Infinity, 2 ** 43, '8', null])
      expect(() => addon.allocate(wrong as never)).toThrow()
    for (const wrong of [null, 1, new Float32Array(1)]) expect(() => addon.release(wrong as never)).toThrow(TypeError)
    const buffer = addon.allocate(4096)
    const view = new Float32Array(buffer)
    addon.release(buffer)
    expect(view.length).toBe(0)
    addon.release(buffer)
    expect(addon.allocate(0).byteLength).toBe(0)
  })

  it('of kernels with attributes that do not fit are errors, and leave the backend usable', () => {
    const random = draws(73)
    const x = randomTensor([1, 5, 5, 2], random)
    const filter = randomTensor([3, 3, 2, 4], random)
    const dy = randomTensor([1, 2, 2, 4], random)
    const same = { strides: 1, pad: 'same', dilations: 1, dataFormat: 'NHWC' }
    for (const attrs of [
      { ...same, inputShape: [1, 50, 50, 2] },
      { ...same, inputShape: [1, 1, 1, 2] },
    ]) {
      expect(() => runOn('onednn', { name: 'Conv2DBackpropInput', inputs: { dy, filter }, attrs })).toThrow()
    }
    expect(() =>
      runOn('onednn', {
        name: 'Conv2DBackpropFilter',
        inputs: { x, dy },
        attrs: { ...same, filterShape: [9, 9, 2, 4] },
      }),
    ).toThrow()
    const pool = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
    expect(() =>
      runOn('onednn', {
        name: 'MaxPoolGrad',
        inputs: { dy: tensorOf([1], random.floats(1)), input: x, output: x },
        attrs: pool,
      }),
    ).toThrow()
    expectAgreement({ name: 'Conv2D', inputs: { x, filter }, attrs: same })
  })
})
