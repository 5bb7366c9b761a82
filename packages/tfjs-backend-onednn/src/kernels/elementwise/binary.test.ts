/** Arithmetic with broadcasting against the cpu backend's. */
import { beforeAll, expect, it } from 'vitest'

import {
  describeNative,
  draws,
  expectAgreement,
  randomTensor,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
} from '../../testing.ts'
import { sizeOf } from '../kernel.ts'
import { binaryNames } from './functions.ts'

type Draws = ReturnType<typeof draws>

const names = [...binaryNames.filter((name) => name !== 'Prelu' && name !== 'EluGrad'), 'FloorDiv']

/** Two shapes that broadcast: axes of one or the other are 1 or missing. */
function drawShapes(random: Draws): [number[], number[]] {
  const shape = Array.from({ length: random.integer(0, 5) }, () => random.pick([1, 2, 3, 5, 7, 16]))
  const thin = () => shape.map((size) => (random.next() < 0.4 ? 1 : size)).slice(random.integer(0, shape.length))
  return random.pick([
    [shape, thin()],
    [thin(), shape],
    [shape, shape],
    [thin(), thin()],
  ])
}

function integers(shape: readonly number[], random: Draws): Int32Array {
  return Int32Array.from({ length: sizeOf({ shape }) }, () => random.integer(-9, 9))
}

const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -2, 0.5, 3.5, -3.5, 1e30, -1e30]

describeNative('functions of two numbers', () => {
  beforeAll(startOnednn)

  it.each(names)('%s agrees with the cpu backend on shapes that broadcast', (name) => {
    const random = draws(11)
    for (let round = 0; round < 60; round++) {
      const [a, b] = drawShapes(random)
      expectAgreement({ name, inputs: { a: randomTensor(a, random), b: randomTensor(b, random) } }, { tolerance: 1e-6 })
    }
  })

  it.each(names)('%s agrees with the cpu backend on integers, division by zero included', (name) => {
    const random = draws(12)
    for (let round = 0; round < 30; round++) {
      const [a, b] = drawShapes(random)
      const inputs = { a: tensorOf(a, integers(a, random)), b: tensorOf(b, integers(b, random)) }
      expectAgreement({ name, inputs }, { tolerance: 1e-12 })
    }
  })

  it.each(names)(
    '%s agrees with the cpu backend on every pair of NaN, infinities, zeros and ordinary numbers',
    (name) => {
      const a = tensorOf([special.length, 1], Float32Array.from(special))
      const b = tensorOf([1, special.length], Float32Array.from(special))
      const run = { name, inputs: { a, b } }
      const close = (values: ArrayLike<number>) => Array.from(values, (value) => (value === 0 ? 0 : value))
      const [native, reference] = [close(valuesOf(runOn('onednn', run))), close(valuesOf(runOn('cpu', run)))]
      native.forEach((value, i) => {
        const expected = reference[i]
        const error = Object.is(value, expected) ? 0 : Math.abs(value - expected) / Math.abs(expected)
        expect(
          error,
          `${name}(${special[Math.floor(i / special.length)]}, ${special[i % special.length]}) = ${value}, ${expected}`,
        ).toBeLessThan(1e-6)
      })
    },
  )

  it('wraps integers as JavaScript does', () => {
    const a = tensorOf([3], Int32Array.of(2147483647, -2147483648, 123456789))
    const b = tensorOf([3], Int32Array.of(1, -1, 987654321))
    for (const name of ['Add', 'Sub', 'Multiply']) expectAgreement({ name, inputs: { a, b } }, { tolerance: 1e-12 })
  })

  it.each([
    ['channels last', [2, 9, 11, 13, 32], [32]],
    ['one channel', [2, 40, 40, 5, 1], [1]],
    ['more channels than a block holds', [3, 5000], [5000]],
    ['more channels than a block holds, repeated inside', [2, 3000, 3], [1, 3000, 1]],
    ['a value per item and channel', [3, 50, 50, 4], [3, 1, 1, 4]],
    ['a value per item', [3, 70, 70], [3, 1, 1]],
    ['a scalar', [200, 200], []],
    ['outer product', [300, 1], [1, 300]],
    ['alternating axes', [4, 1, 30, 1, 20], [1, 5, 1, 7, 1]],
  ])('agrees with the cpu backend on many elements: %s', (_, a, b) => {
    const random = draws(13)
    const [x, y] = [randomTensor(a, random), randomTensor(b, random)]
    for (const name of ['Sub', 'Multiply']) {
      expectAgreement({ name, inputs: { a: x, b: y } }, { tolerance: 1e-6 })
      expectAgreement({ name, inputs: { a: y, b: x } }, { tolerance: 1e-6 })
    }
  })

  it('agrees with the cpu backend on Prelu and EluGrad', () => {
    const random = draws(14)
    const x = randomTensor([3, 4, 5, 6], random)
    expectAgreement({ name: 'Prelu', inputs: { x, alpha: randomTensor([5, 1], random) } }, { tolerance: 1e-6 })
    expectAgreement({ name: 'EluGrad', inputs: { dy: randomTensor([3, 4, 5, 6], random), y: x } }, { tolerance: 1e-6 })
  })

  it('adds any number of tensors', () => {
    const random = draws(15)
    for (const count of [2, 3, 7]) {
      const inputs = Array.from({ length: count }, () => randomTensor([5, 7], random))
      expectAgreement({ name: 'AddN', inputs: inputs as never }, { tolerance: 1e-6 })
    }
  })

  it.each([
    ['bool', Uint8Array.of(1, 0, 1), Uint8Array.of(1, 1, 0)],
    ['mixed', Float32Array.of(1.5, 2, 3), Int32Array.of(1, 1, 2)],
    ['empty', new Float32Array(0), new Float32Array(0)],
  ])('leaves %s operands to the cpu backend', (_, a, b) => {
    const inputs = { a: tensorOf([a.length], a), b: tensorOf([b.length], b) }
    for (const name of ['Add', 'Multiply', 'FloorDiv']) {
      const [native, reference] = [runOn('onednn', { name, inputs }), runOn('cpu', { name, inputs })]
      expect(native).toMatchObject({ shape: reference.shape, dtype: reference.dtype })
      expect(valuesOf(native)).toEqual(valuesOf(reference))
    }
  })

  it('refuses shapes that do not broadcast with tfjs’s own error', () => {
    const run = {
      name: 'Add',
      inputs: { a: tensorOf([2], new Float32Array(2)), b: tensorOf([3], new Float32Array(3)) },
    }
    expect(() => runOn('onednn', run)).toThrow('Operands could not be broadcast together with shapes 2 and 3.')
  })
})
