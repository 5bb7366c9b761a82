/** Sums and gradients of losses against the definitions in float64. */
import { beforeAll, expect, it } from 'vitest'

import { describeNative, draws, relativeError, startOnednn, tensorOf } from '../../testing.ts'
import { dot, runFused, slopeAlong, take } from './run-fused.ts'

interface Problem {
  readonly groups: number
  readonly voxels: number
  readonly classes: number
  readonly labels: Int32Array
}

function probabilities(z: ArrayLike<number>, classes: number): number[] {
  if (classes === 1) return Array.from(z, (value) => 1 / (1 + Math.exp(-value)))
  return Array.from(z, (value, i) => {
    const first = i - (i % classes)
    const others = Array.from({ length: classes }, (_, c) => Math.exp(z[first + c] - value))
    return 1 / others.reduce((sum, power) => sum + power, 0)
  })
}

const truth = ({ classes, labels }: Problem, i: number) =>
  classes === 1 ? labels[i] : labels[Math.floor(i / classes)] === i % classes ? 1 : 0

/** [groups, 4, classes]: I, P, Y, and the entropy first in the last row. */
function sums(z: ArrayLike<number>, problem: Problem, squared: boolean): number[] {
  const { groups, voxels, classes } = problem
  const p = probabilities(z, classes)
  const out = new Array<number>(groups * 4 * classes).fill(0)
  p.forEach((value, i) => {
    const at = Math.floor(i / (voxels * classes)) * 4 * classes
    const y = truth(problem, i)
    out[at + (i % classes)] += value * y
    out[at + classes + (i % classes)] += squared ? value * value : value
    out[at + 2 * classes + (i % classes)] += y
    out[at + 3 * classes] -= y * Math.log(value) + (classes === 1 ? (1 - y) * Math.log(1 - value) : 0)
  })
  return out
}

describeNative('losses', () => {
  beforeAll(() => startOnednn())

  const cases = Array.from({ length: 24 }, (_, seed) => {
    const random = draws(seed)
    const classes = random.pick([1, 2, 3, 7])
    return {
      seed,
      groups: random.integer(1, 3),
      voxels: random.pick([1, 15, 256, 700]),
      classes,
      squared: seed % 2 === 0,
    }
  })

  it.each(cases)(
    'of $groups x $voxels voxels, $classes classes, squares $squared agree with the definition',
    (given) => {
      const { seed, groups, voxels, classes, squared } = given
      const random = draws(seed + 77)
      const labels = Int32Array.from({ length: groups * voxels }, () => random.integer(0, Math.max(1, classes - 1)))
      const problem = { groups, voxels, classes, labels }
      const z = random.floats(groups * voxels * classes).map((value) => 6 * value)
      const hot = Float32Array.from(z, (_, i) => truth(problem, i))
      const logits = tensorOf([groups, voxels, classes], z)
      const attrs = { groups, squared, entropy: true }
      const indices = tensorOf([groups, voxels], labels)
      const [found] = take(runFused('LeanvoxLossSums', { logits, labels: indices }, attrs))
      expect(relativeError(found, sums(z, problem, squared))).toBeLessThan(1e-5)
      const oneHot = tensorOf([groups, voxels, classes], hot)
      expect(take(runFused('LeanvoxLossSums', { logits, labels: oneHot }, attrs))).toEqual([found])

      const weights = random.floats(groups * 2 * classes)
      const loss = (at: number[]) => {
        const all = sums(at, problem, squared)
        return Array.from({ length: groups }, (_, group) => {
          const row = all.slice(group * 4 * classes, (group + 1) * 4 * classes)
          const slopes = weights.slice(group * 2 * classes, (group + 1) * 2 * classes)
          return dot(slopes, row.slice(0, 2 * classes)) + 0.3 * row[3 * classes]
        }).reduce((total, value) => total + value, 0)
      }
      const factors = tensorOf([groups, 2, classes], weights)
      const inputs = { logits, labels: indices, factors }
      const [gradient] = take(runFused('LeanvoxLossGradient', inputs, { ...attrs, crossEntropy: 0.3 }))
      const direction = random.floats(z.length)
      const numeric = slopeAlong(loss, z, direction)
      expect(Math.abs(dot(gradient, direction) - numeric)).toBeLessThan(1e-4 * (1 + Math.abs(numeric)))
    },
  )

  it('stays finite for logits of 1e4 and of minus infinity', () => {
    const logits = tensorOf([1, 2, 2], Float32Array.of(1e4, -1e4, 0, -Infinity))
    const labels = tensorOf([1, 2], Int32Array.of(0, 0))
    const attrs = { groups: 1, squared: false, entropy: true }
    expect(take(runFused('LeanvoxLossSums', { logits, labels }, attrs))[0].slice(0, 6)).toEqual([2, 0, 2, 0, 2, 0])
  })
})
