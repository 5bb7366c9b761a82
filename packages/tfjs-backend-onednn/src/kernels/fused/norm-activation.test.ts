/** Normalisation with activation against its definition in float64, and its gradient against differences of that. */
import { afterEach, beforeAll, expect, it } from 'vitest'

import { setPrecision } from '../../precision.ts'
import { describeNative, draws, randomTensor, relativeError, startOnednn, tensorOf, valuesOf } from '../../testing.ts'
import type { NormAttributes } from './norm-activation.ts'
import { dot, isStoredAsHalf, runFused, slopeAlong, take } from './run-fused.ts'

/** The definition: leakyRelu(scale * (x - mean) / sqrt(variance + epsilon) + offset). */
function reference(x: ArrayLike<number>, { scale, offset }: Affine, settings: NormAttributes): number[] {
  const { batch, space, channels, groups, epsilon, leakiness, normalise } = settings
  const size = channels / groups
  const y = new Array<number>(batch * space * channels)
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      const places: number[] = []
      for (let s = 0; s < space; s++)
        for (let c = group * size; c < (group + 1) * size; c++) places.push((n * space + s) * channels + c)
      const mean = normalise ? places.reduce((sum, i) => sum + x[i], 0) / places.length : 0
      const variance = places.reduce((sum, i) => sum + (x[i] - mean) ** 2, 0) / places.length
      const deviation = normalise ? Math.sqrt(variance + epsilon) : 1
      for (const i of places) {
        const value = ((x[i] - mean) / deviation) * (scale?.[i % channels] ?? 1) + (offset?.[i % channels] ?? 0)
        y[i] = value > 0 ? value : value * leakiness
      }
    }
  }
  return y
}

type Affine = { readonly scale?: ArrayLike<number> | undefined; readonly offset?: ArrayLike<number> | undefined }

describeNative('normalisation with activation', () => {
  beforeAll(() => startOnednn())
  afterEach(() => void setPrecision('float32'))

  const cases = [1, 2, 3, 5, 8, 16, 17, 24, 32, 48].flatMap((channels, index) =>
    [1, 7, 130, 2500].map((space) => ({ channels, space, index: index + space })),
  )

  it.each(cases)('agrees with its definition for $space places of $channels channels', ({ channels, space, index }) => {
    const random = draws(index)
    const divisors = [1, channels, ...[2, 4, 8].filter((size) => channels % size === 0)]
    const settings = {
      normalise: index % 5 !== 0,
      batch: random.integer(1, 3),
      space,
      channels,
      groups: random.pick(divisors),
      epsilon: 1e-5,
      leakiness: random.pick([0, 0.01, 0.3, 1]),
    }
    const values = random.floats(settings.batch * space * channels).map((value) => 3 * value + 2)
    const x = tensorOf([settings.batch, space, channels], values)
    const affine = index % 3 === 0 ? {} : { scale: random.floats(channels), offset: random.floats(channels) }
    const inputs = Object.fromEntries(Object.entries(affine).map(([name, list]) => [name, tensorOf([channels], list)]))
    const [y, coefficients] = runFused('LeanvoxNormActivation', { x, ...inputs }, settings)
    expect(y.shape).toEqual(x.shape)
    expect(relativeError(valuesOf(y), reference(values, affine, settings))).toBeLessThan(1e-5)

    const dy = randomTensor(x.shape, random)
    const gradient = runFused('LeanvoxNormActivationGrad', { x, dy, coefficients, ...inputs }, settings)
    const loss = (at: ArrayLike<number>, by: Affine) => dot(reference(at, by, settings), valuesOf(dy))
    const [dx, dscale, doffset] = take(gradient)
    const direction = random.floats(values.length)
    const numeric = slopeAlong((at) => loss(at, affine), values, direction)
    expect(Math.abs(dot(dx, direction) - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)))
    if (affine.scale === undefined) return
    const turn = random.floats(channels)
    const byScale = slopeAlong((scale) => loss(values, { ...affine, scale }), affine.scale, turn)
    const byOffset = slopeAlong((offset) => loss(values, { ...affine, offset }), affine.offset, turn)
    expect(Math.abs(dot(dscale, turn) - byScale)).toBeLessThan(2e-3 * (1 + Math.abs(byScale)))
    expect(Math.abs(dot(doffset, turn) - byOffset)).toBeLessThan(2e-3 * (1 + Math.abs(byOffset)))
  })

  it('keeps the digits of values far from zero, where a sum of squares would cancel', () => {
    const random = draws(5)
    const values = random.floats(20_000).map((value) => 1000 + value)
    const settings = { normalise: true, batch: 1, space: 1250, channels: 16, groups: 16, epsilon: 1e-5, leakiness: 1 }
    const [y] = take(runFused('LeanvoxNormActivation', { x: tensorOf([1, 1250, 16], values) }, settings))
    expect(relativeError(y, reference(values, {}, settings))).toBeLessThan(5e-4)
  })

  it('stores its results as bfloat16 with that precision, within its rounding', () => {
    setPrecision('bfloat16')
    const random = draws(9)
    const settings = { normalise: true, batch: 2, space: 300, channels: 16, groups: 16, epsilon: 1e-5, leakiness: 0.01 }
    const x = randomTensor([2, 300, 16], random)
    const [y, coefficients] = runFused('LeanvoxNormActivation', { x }, settings)
    const expected = reference(Array.from(valuesOf(x)), {}, settings)
    const [dx] = runFused('LeanvoxNormActivationGrad', { x, dy: y, coefficients }, settings)
    expect([isStoredAsHalf(y), isStoredAsHalf(dx), isStoredAsHalf(coefficients)]).toEqual([true, true, false])
    expect(relativeError(valuesOf(y), expected)).toBeLessThan(1e-2)
  })

  it('refuses sizes that the arrays do not hold', () => {
    const x = tensorOf([1, 4, 2], new Float32Array(8))
    const settings = { normalise: true, batch: 1, space: 5, channels: 2, groups: 2, epsilon: 1e-5, leakiness: 0.01 }
    const run = (changes: object) => runFused('LeanvoxNormActivation', { x }, { ...settings, ...changes })
    expect(() => run({})).toThrow('normForward: x: expected at least 10 elements, got 8')
    expect(() => run({ groups: 3 })).toThrow('normForward: attributes: expected groups that divide 2 channels, got 3')
    expect(() => run({ space: 0 })).toThrow('normForward: attributes: expected sizes of at least 1, got 0')
  })
})
