/** Resizing against its definition, and its gradient as the transposed map. */
import { beforeAll, expect, it } from 'vitest'

import { describeNative, draws, randomTensor, relativeError, startOnednn, tensorOf, valuesOf } from '../../testing.ts'
import { dot, runFused, take } from './run-fused.ts'

/** One axis of [outer, length, inner] by the definition in float64. */
function resizeAxis(x: readonly number[], { outer, source, target, linear }: AxisCase): number[] {
  const inner = x.length / (outer * source)
  return Array.from({ length: outer * target * inner }, (_, index) => {
    const [o, i, c] = [Math.floor(index / (target * inner)), Math.floor(index / inner) % target, index % inner]
    const at = (place: number) => x[(o * source + place) * inner + c]
    const centre = ((i + 0.5) * source) / target
    if (!linear) return at(Math.min(Math.floor(centre), source - 1))
    const position = Math.min(Math.max(centre - 0.5, 0), source - 1)
    const low = Math.floor(position)
    return at(low) * (1 - (position - low)) + at(Math.min(low + 1, source - 1)) * (position - low)
  })
}

interface AxisCase {
  readonly outer: number
  readonly source: number
  readonly target: number
  readonly linear: boolean
}

function reference(x: ArrayLike<number>, shape: readonly number[], options: { size: number[]; linear: boolean }) {
  return options.size.reduce(
    ({ values, outer }, target, axis) => ({
      values: resizeAxis(values, { outer, source: shape[axis + 1], target, linear: options.linear }),
      outer: outer * target,
    }),
    { values: Array.from(x), outer: shape[0] },
  ).values
}

const names = {
  Linear: ['LeanvoxResizeLinear', 'LeanvoxResizeLinearGrad'],
  Nearest: ['LeanvoxResizeNearest', 'LeanvoxResizeNearestGrad'],
} as const

describeNative('resizing', () => {
  beforeAll(() => startOnednn())

  const cases = Array.from({ length: 60 }, (_, seed) => {
    const random = draws(seed)
    const rank = random.integer(1, 3)
    const spatial = () => Array.from({ length: rank }, () => random.integer(1, 9))
    const shape = [random.integer(1, 2), ...spatial(), random.pick([1, 2, 3, 16, 17, 33])]
    return { shape, size: spatial(), kind: random.pick(['Linear', 'Nearest'] as const), seed }
  })

  it.each(cases)(
    '$kind of $shape to $size agrees with its definition, gradient included',
    ({ shape, size, kind, seed }) => {
      const random = draws(seed + 1000)
      const x = randomTensor(shape, random)
      const [y] = take(runFused(names[kind][0], { x }, { size }))
      const expected = reference(valuesOf(x), shape, { size, linear: kind === 'Linear' })
      expect(relativeError(y, expected)).toBeLessThan(1e-5)
      const dy = randomTensor([shape[0], ...size, shape[shape.length - 1]], random)
      const [dx] = take(runFused(names[kind][1], { dy }, { size: shape.slice(1, -1) }))
      const [forward, backward] = [dot(y, valuesOf(dy)), dot(valuesOf(x), dx)]
      expect(Math.abs(forward - backward)).toBeLessThan(1e-4 * (1 + Math.abs(forward)))
    },
  )

  it('doubles one value to one value, and a pair to quarters', () => {
    expect(
      take(runFused('LeanvoxResizeLinear', { x: tensorOf([1, 1, 1], Float32Array.of(3)) }, { size: [2] })),
    ).toEqual([[3, 3]])
    const pair = tensorOf([1, 2, 1], Float32Array.of(0, 4))
    expect(take(runFused('LeanvoxResizeLinear', { x: pair }, { size: [4] }))).toEqual([[0, 1, 3, 4]])
  })

  it('keeps an infinite value to the places that it weighs in', () => {
    const x = tensorOf([1, 3, 1], Float32Array.of(Infinity, 1, 2))
    expect(take(runFused('LeanvoxResizeLinear', { x }, { size: [3] }))).toEqual([[Infinity, 1, 2]])
  })
})
