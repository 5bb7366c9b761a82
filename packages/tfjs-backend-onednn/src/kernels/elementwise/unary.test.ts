/** Functions of one number against the cpu backend's, value by value. */
import { backend_util } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import {
  describeNative,
  draws,
  expectAgreement,
  relativeError,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
} from '../../testing.ts'
import { cpuRunsOf } from '../kernel.ts'
import { unaryNames } from './functions.ts'

const smallest = 2 ** -149
const odd = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  smallest,
  -smallest,
  2 ** -126,
  3.4e38,
  -3.4e38,
  1,
  -1,
  0.5,
  -0.5,
  2.5,
  -2.5,
  1e10,
]

/** Every magnitude from 2^-140 to 2^100 and plenty around the usual ones, both signs. */
function manyValues(): Float32Array {
  const random = draws(7)
  const spread = Array.from({ length: 4000 }, (_, i) => (i % 2 ? 1 : -1) * 2 ** (-140 + 0.06 * i) * (1 + random.next()))
  const usual = Array.from({ length: 20000 }, (_, i) => (random.next() - 0.5) * [1, 8, 60, 250][i % 4])
  return Float32Array.of(...odd, ...spread, ...usual)
}

/** The largest |a - b| / |b|; what is not finite must be the same. Steps of the smallest number count as equal. */
function largestError(a: ArrayLike<number>, b: ArrayLike<number>): { error: number; at: number } {
  let worst = { error: 0, at: -1 }
  for (let i = 0; i < b.length; i++) {
    const same = a[i] === b[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i])) || Math.abs(a[i] - b[i]) <= 2 * smallest
    const error = same ? 0 : Math.abs(a[i] - b[i]) / Math.abs(b[i])
    if (!(error <= worst.error)) worst = { error: Number.isNaN(error) ? Infinity : error, at: i }
  }
  return worst
}

const attributes: Record<string, Record<string, number>> = {
  LeakyRelu: { alpha: 0.013 },
  Step: { alpha: 0.25 },
  ClipByValue: { clipValueMin: -0.7, clipValueMax: 1.3 },
}

// Past 2^20 radians the last digit of the argument is worth more than the result.
const periodic = new Set(['Sin', 'Cos', 'Tan'])

// Here the cpu backend's exp(x) - 1 loses every digit near 0.
const exactly: Record<string, (x: number) => number> = {
  Elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  Selu: (x) => (x >= 0 ? backend_util.SELU_SCALE * x : backend_util.SELU_SCALEALPHA * Math.expm1(x)),
}

describeNative('functions of one number', () => {
  beforeAll(startOnednn)

  it.each(unaryNames.filter((name) => name !== 'Erf'))('%s agrees with the cpu backend in every value', (name) => {
    const all = manyValues()
    const values = periodic.has(name) ? all.filter((value) => !(Math.abs(value) > 2 ** 20)) : all
    const run = { name, inputs: { x: tensorOf([values.length], values) }, attrs: attributes[name] ?? {} }
    const before = cpuRunsOf(name)
    const native = valuesOf(runOn('onednn', run))
    expect(cpuRunsOf(name)).toBe(before)
    const reference = exactly[name] === undefined ? valuesOf(runOn('cpu', run)) : values.map(exactly[name])
    const { error, at } = largestError(native, reference)
    expect(error, `${name}(${values[at]}) = ${native[at]}`).toBeLessThan(1e-6)
  })

  it('Erf is the error function itself, within 2e-7 of the approximation of the cpu backend', () => {
    const values = Float32Array.of(0, 0.1, 0.5, 1, 2, 5, -0.5, NaN, Infinity)
    const run = { name: 'Erf', inputs: { x: tensorOf([values.length], values) } }
    const native = Array.from(valuesOf(runOn('onednn', run)))
    const exact = [
      0, 0.1124629160182849, 0.5204998778130465, 0.8427007929497149, 0.9953222650189527, 1, -0.5204998778130465,
    ]
    expect(relativeError(native.slice(0, 7), exact)).toBeLessThan(1e-7)
    expect(native.slice(7)).toEqual([NaN, 1])
    expect(relativeError(native.slice(0, 7), Array.from(valuesOf(runOn('cpu', run))).slice(0, 7))).toBeLessThan(2e-7)
  })

  it.each([1, 3, 17, 2047, 40_001])('takes %i elements', (length) => {
    const x = tensorOf([length], draws(length).floats(length))
    for (const name of ['Sigmoid', 'Relu', 'Log1p']) expectAgreement({ name, inputs: { x } }, { tolerance: 1e-6 })
  })

  it.each(['Abs', 'Relu', 'Neg', 'Square', 'Exp'])('%s of an integer or empty tensor is the cpu backend’s', (name) => {
    const integers = tensorOf([2, 3], Int32Array.of(-3, -2, -1, 0, 1, 2))
    const empty = tensorOf([0, 3], new Float32Array(0))
    for (const x of [integers, empty]) {
      const [native, reference] = [runOn('onednn', { name, inputs: { x } }), runOn('cpu', { name, inputs: { x } })]
      expect(native).toMatchObject({ shape: reference.shape, dtype: reference.dtype })
      expect(valuesOf(native)).toEqual(valuesOf(reference))
    }
  })
})
