/** Casts, fills and selection against the cpu backend's. */
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

describeNative('casts, fills and selection', () => {
  beforeAll(startOnednn)

  it.each([
    [
      'int32',
      Float32Array.of(1.9, -1.9, NaN, Infinity, -Infinity, 2147483647, -2147483648, 4294967297, 1e20, -3e9, 0.5),
    ],
    ['bool', Float32Array.of(0, -0, 1, 0.1, NaN, Infinity, -3)],
    ['bool', Int32Array.of(0, 1, -5, 256)],
    ['int32', Uint8Array.of(0, 1, 1)],
    ['float32', Uint8Array.of(0, 1, 1)],
    ['float32', Int32Array.of(-3, 0, 16777217)],
  ])('cast to %s of %o as the cpu backend does', (dtype, values) => {
    expectAgreement(
      { name: 'Cast', inputs: { x: tensorOf([values.length], values) }, attrs: { dtype } },
      { tolerance: 1e-7 },
    )
  })

  it('casts many values, with a few beyond int32 among them', () => {
    const values = draws(1)
      .floats(50_000)
      .map((value, i) => (i % 9001 === 0 ? value * 1e12 : value * 1000))
    expectAgreement(
      { name: 'Cast', inputs: { x: tensorOf([values.length], values) }, attrs: { dtype: 'int32' } },
      { tolerance: 1e-12 },
    )
  })

  it('puts the elements of a cast tensor into an array of its dtype', () => {
    const backend = tensorOf([2], Int32Array.of(1, 2))
    const cast = runOn('onednn', { name: 'Cast', inputs: { x: backend }, attrs: { dtype: 'float32' } })
    expect(valuesOf(cast)).toEqual(Float32Array.of(1, 2))
  })

  it('fills any dtype, and nothing at all', () => {
    for (const dtype of ['float32', 'int32', 'bool']) {
      expectAgreement({ name: 'Fill', inputs: {}, attrs: { shape: [3, 5], value: 1, dtype } })
      expectAgreement({ name: 'Fill', inputs: {}, attrs: { shape: [0, 5], value: 1, dtype } })
    }
    expectAgreement({ name: 'Fill', inputs: {}, attrs: { shape: [], value: 2.5 } })
    const x = tensorOf([2, 2], Int32Array.of(1, 2, 3, 4))
    for (const name of ['ZerosLike', 'OnesLike']) expectAgreement({ name, inputs: { x } })
  })

  it('selects between tensors of every dtype', () => {
    const random = draws(2)
    const condition = tensorOf(
      [7, 9],
      Uint8Array.from({ length: 63 }, () => random.integer(0, 1)),
    )
    const integer = () =>
      tensorOf(
        [7, 9],
        Int32Array.from({ length: 63 }, () => random.integer(-99, 99)),
      )
    const bool = () =>
      tensorOf(
        [7, 9],
        Uint8Array.from({ length: 63 }, () => random.integer(0, 1)),
      )
    expectAgreement({
      name: 'Select',
      inputs: { condition, t: randomTensor([7, 9], random), e: randomTensor([7, 9], random) },
    })
    expectAgreement({ name: 'Select', inputs: { condition, t: integer(), e: integer() } })
    expectAgreement({ name: 'Select', inputs: { condition, t: bool(), e: bool() } })
  })

  it('leaves a condition of another shape to the cpu backend', () => {
    const inputs = {
      condition: tensorOf([2], Uint8Array.of(1, 0)),
      t: tensorOf([2, 1], Float32Array.of(1, 2)),
      e: tensorOf([2, 1], Float32Array.of(3, 4)),
    }
    expect(valuesOf(runOn('onednn', { name: 'Select', inputs }))).toEqual(Float32Array.of(1, 4))
  })
})
