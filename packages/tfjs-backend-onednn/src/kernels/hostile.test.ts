/** The addon's functions given what no kernel gives them: every wrong argument is an error, none reads or writes outside. */
import { beforeAll, expect, it } from 'vitest'

import { native } from '../native.ts'
import { describeNative, draws, startOnednn } from '../testing.ts'

type AnyFunction = (...values: unknown[]) => void

const floats = (length: number) => new Float32Array(length)
const ints = (...values: number[]) => Int32Array.from(values)

function call(name: string): AnyFunction {
  return native<Record<string, AnyFunction>>()[name]
}

describeNative('arguments of the addon', () => {
  beforeAll(startOnednn)

  it.each<[string, unknown[], RegExp]>([
    ['unary', [0, floats(3), floats(4), 0, 0], /unary: x: expected at least 4 elements, got 3/],
    ['unary', [200, floats(4), floats(4), 0, 0], /expected a known one/],
    ['unary', [0, [1, 2], floats(4), 0, 0], /expected a typed array/],
    ['unary', [0, new Float64Array(4), floats(4), 0, 0], /expected a Float32Array, Int32Array or Uint8Array/],
    ['unary', [0, ints(1), floats(1), 0, 0], /another element type/],
    ['binary', [0, ints(1, 4, 4), floats(4), floats(3), floats(4)], /binary: b: expected at least 4 elements, got 3/],
    ['binary', [0, ints(1, 4, 4), floats(4), floats(4), floats(3)], /binary: out: expected at least 4/],
    ['binary', [0, ints(1, 4, 3), floats(4), floats(4), floats(4)], /expected shapes that broadcast, got 4 and 3/],
    ['binary', [0, ints(1, -4, -4), floats(4), floats(4), floats(4)], /expected shapes that broadcast/],
    [
      'binary',
      [0, ints(2, 65536, 65536, 65536, 65536), floats(4), floats(4), floats(4)],
      /expected at least 4294967296/,
    ],
    ['binary', [0, ints(3, ...Array(6).fill(2147483647)), floats(4), floats(4), floats(4)], /product below 2\^40/],
    ['binary', [0, ints(17), floats(4), floats(4), floats(4)], /rank of at most 16/],
    ['binary', [0, ints(), floats(4), floats(4), floats(4)], /rank of at most 16/],
    ['binary', [0, ints(1, 4, 4), floats(4), ints(1, 2, 3, 4), floats(4)], /another element type/],
    [
      'binary',
      [0, ints(1, 1, 1), new Uint8Array(1), new Uint8Array(1), new Uint8Array(1)],
      /element type that the operation takes/,
    ],
    ['compare', [99, ints(1, 1, 1), floats(1), floats(1), new Uint8Array(1)], /expected a known one/],
    ['reduce', [0, ints(1, 4, 1), floats(3), floats(1)], /reduce: x: expected at least 4/],
    ['reduce', [0, ints(2, 4, 4, 1, 0), floats(16), floats(3)], /reduce: out: expected at least 4/],
    ['reduce', [0, ints(1, 0, 1), floats(16), floats(3)], /sizes of at least 1/],
    ['reduce', [9, ints(1, 1, 1), floats(1), floats(1)], /expected a whole number in \[0, 4\]/],
    ['reduce', [0, ints(1, 1, 1), floats(1), ints(1)], /expected a Float32Array/],
    ['argExtreme', [1, 2, 3, 4, floats(23), ints(...Array(8).fill(0))], /expected at least 24/],
    ['argExtreme', [1, 2, 0, 4, floats(23), ints()], /expected a whole number in \[1/],
    ['softmax', [2, 3, floats(5), floats(6)], /expected at least 6/],
    ['softmax', [2 ** 31, 2 ** 31, floats(5), floats(6)], /product below 2\^40/],
    ['cast', [floats(3), ints(1, 2, 3, 4)], /expected at least 4/],
    ['select', [new Uint8Array(3), floats(4), floats(4), floats(4)], /select: condition: expected at least 4/],
    ['copy', [Float64Array.of(1, 0, 0, 5, 1, 1), floats(4), floats(5)], /copy: from: expected a box inside/],
    ['copy', [Float64Array.of(1, 0, 0, 5, 1, 1), floats(5), floats(4)], /copy: to: expected a box inside/],
    ['copy', [Float64Array.of(1, 3, 0, 5, -1, 1), floats(5), floats(5)], /copy: from: expected a box inside/],
    ['copy', [Float64Array.of(1, -1, 0, 1, 1, 1), floats(5), floats(5)], /copy: from: expected a box inside/],
    [
      'copy',
      [Float64Array.of(2, 0, 0, 2, 2, 2 ** 39, 2 ** 39, 1, 1), floats(5), floats(5)],
      /copy: from: expected a box inside/,
    ],
    ['copy', [Float64Array.of(1, 0, 0, NaN, 1, 1), floats(5), floats(5)], /whole numbers/],
    ['copy', [Float64Array.of(40), floats(5), floats(5)], /rank of at most 32/],
    ['copy', [Float64Array.of(1, 0, 0, 5, 1, 1), floats(5), ints(1, 2, 3, 4, 5)], /another element type/],
    ['gather', [ints(1, 1, 3, 2, 1), floats(3), ints(0, 3), floats(2)], /the index value 3 is not in \[0, 2\]/],
    ['gather', [ints(1, 1, 3, 2, 1), floats(2), ints(0, 0), floats(2)], /gather: x: expected at least 3/],
    ['gather', [ints(1, -1, 3, 2, 1), floats(2), ints(0, 0), floats(2)], /sizes of at least 0/],
    ['oneHot', [4, 1, 0, ints(1, 2), floats(7)], /oneHot: out: expected at least 8/],
    ['oneHot', [0, 1, 0, ints(1, 2), floats(7)], /expected a whole number in \[1/],
  ])('%s refuses %o', (name, values, message) => {
    expect(() => call(name)(...values)).toThrow(message)
  })

  it('survives random arguments', () => {
    const random = draws(99)
    const names = [
      'binary',
      'compare',
      'floorDiv',
      'unary',
      'test',
      'cast',
      'select',
      'reduce',
      'argExtreme',
      'softmax',
      'logSoftmax',
      'copy',
      'gather',
      'oneHot',
    ]
    const any = () =>
      random.pick<unknown>([
        ...[undefined, null, 'text', {}, [], -1, 0, 1, 2, 3, NaN, 1e300, 0.5],
        ...[floats(0), floats(7), floats(64), new Uint8Array(9), ints(), new Float64Array(3)],
        Int32Array.from({ length: random.integer(0, 9) }, () => random.pick([0, 1, 2, 3, 4, -1, 2147483647])),
        Float64Array.from({ length: random.integer(0, 12) }, () => random.pick([0, 1, 2, 3, -1, 1e12, NaN])),
      ])
    for (let round = 0; round < 5000; round++) {
      try {
        call(random.pick(names))(...Array.from({ length: random.integer(0, 6) }, any))
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }
  })

  it('refuses memory that was given back', () => {
    const buffer = native().allocate(256)
    const x = new Float32Array(buffer)
    native().release(buffer)
    expect(() => call('unary')(0, x, floats(64), 0, 0)).toThrow(/expected at least 64 elements, got 0/)
  })
})
