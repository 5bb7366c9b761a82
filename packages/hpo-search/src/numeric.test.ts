import * as fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import { minimise } from './bounded-lbfgs.ts'
import { cholesky, inverseOf, solveLower } from './cholesky.ts'
import { crc32 } from './crc32.ts'
import { acquisitionOf, logImprovement } from './expected-improvement.ts'
import { fitGaussianProcess } from './gaussian-process.ts'
import { hypervolume } from './index.ts'
import { erfc, normalMass, normalQuantile } from './normal.ts'
import { createSobol } from './sobol.ts'
import { symmetricEigen } from './symmetric-eigen.ts'
import { signedRankPValue } from './wilcoxon.ts'

interface Numbers {
  volumes: { points: number[][]; reference: number[]; value: number }[]
  ranks: { differences: number[]; p: number }[]
  improvements: [z: number, value: number][]
  processes: {
    x: number[][]
    y: number[]
    at: number[][]
    mean: number[]
    variance: number[]
    lengthScales: number[]
  }[]
  sobol: number[][]
  sobolPoint1000: number[]
}
const numbers = JSON.parse(fs.readFileSync(new URL('../fixtures/numbers.json', import.meta.url), 'utf8')) as Numbers

const symmetric = (n: number) => {
  const rng = createRng('matrix').split(n)
  const half = Float64Array.from({ length: n * n }, () => rng.normal())
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n]
    let sum = row === column ? 0.1 : 0
    for (let k = 0; k < n; k++) sum += half[row * n + k] * half[column * n + k]
    return sum
  })
}
const product = (one: Float64Array, { other, n }: { other: Float64Array; n: number }) =>
  Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += one[Math.floor(at / n) * n + k] * other[k * n + (at % n)]
    return sum
  })

describe('normal distribution', () => {
  test('masses, tails and quantiles are those of scipy to the last digits', () => {
    expect(erfc(0.3)).toBeCloseTo(0.6713732405408726, 15)
    expect(erfc(2) / 0.004677734981047266).toBeCloseTo(1, 13)
    expect(erfc(10) / 2.088487583762545e-45).toBeCloseTo(1, 13)
    expect(normalMass(5, 6) / 2.856649842341556e-7).toBeCloseTo(1, 12)
    expect(normalMass(-6, -5)).toBe(normalMass(5, 6))
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14)
    expect(normalQuantile(1e-300)).toBeCloseTo(-37.0470962993612, 11)
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
  })
})

describe('linear algebra', () => {
  test.each([1, 3, 8])('a Cholesky factor multiplies to its matrix, and solves with it (%i)', (n) => {
    const matrix = symmetric(n)
    const lower = cholesky(matrix, n) as Float64Array
    const upper = Float64Array.from({ length: n * n }, (_, at) => lower[(at % n) * n + Math.floor(at / n)])
    product(lower, { other: upper, n }).forEach((value, at) => expect(value).toBeCloseTo(matrix[at], 10))
    product(inverseOf(lower, n), { other: matrix, n }).forEach((value, at) => {
      expect(value).toBeCloseTo(at % (n + 1) === 0 ? 1 : 0, 7)
    })
    const b = Float64Array.from({ length: n }, (_, k) => k + 1)
    const y = solveLower(lower, b)
    expect(lower.subarray((n - 1) * n).reduce((sum, each, k) => sum + each * y[k], 0)).toBeCloseTo(n, 9)
  })
  test('a matrix that is not positive definite has no factor', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull()
  })
  test.each([1, 2, 6, 15])('eigenvectors are orthonormal and rebuild the matrix (%i)', (n) => {
    const matrix = symmetric(n)
    const { values, vectors } = symmetricEigen(matrix, n)
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < n; column++) {
        let [rebuilt, dot] = [0, 0]
        for (let k = 0; k < n; k++) {
          rebuilt += vectors[row * n + k] * values[k] * vectors[column * n + k]
          dot += vectors[k * n + row] * vectors[k * n + column]
        }
        expect(rebuilt).toBeCloseTo(matrix[row * n + column], 9)
        expect(dot).toBeCloseTo(row === column ? 1 : 0, 12)
      }
    }
  })
})

describe('minimise', () => {
  const rosenbrock = ([x, y]: Float64Array) => ({
    value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
    gradient: Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)),
  })
  test('finds the end of the curved valley', () => {
    const { x, value } = minimise(rosenbrock, Float64Array.of(-1.2, 1), { maxIterations: 500 })
    expect(value).toBeLessThan(1e-8)
    expect(x[0]).toBeCloseTo(1, 3)
  })
  test('stays within bounds and ends on the one that keeps it from the minimum', () => {
    const bounds = { lower: Float64Array.of(-2, -2), upper: Float64Array.of(0.5, 2) }
    const { x } = minimise(rosenbrock, Float64Array.of(-1.2, 1), { ...bounds, maxIterations: 500 })
    expect(x[0]).toBe(0.5)
    expect(x[1]).toBeCloseTo(0.25, 3)
  })
  test('steps back from where the function is not finite', () => {
    const log = ([x]: Float64Array) => ({
      value: x > 0 ? x - Math.log(x) : Number.NaN,
      gradient: Float64Array.of(1 - 1 / x),
    })
    expect(minimise(log, Float64Array.of(5)).x[0]).toBeCloseTo(1, 4)
  })
})

describe('Sobol sequence', () => {
  test('unscrambled it is that of scipy', () => {
    const sobol = createSobol(12)
    numbers.sobol.forEach((expected, index) => expect([...sobol.point(index)]).toEqual(expected))
    expect([...createSobol(200).point(1000)]).toEqual(numbers.sobolPoint1000)
  })
  test('scrambled, every axis has one of the first 64 points in each of 64 cells, and seeds differ', () => {
    const draw = (seed: number) => {
      const sobol = createSobol(9, createRng(seed))
      return Array.from({ length: 64 }, (_, index) => [...sobol.point(index)])
    }
    const points = draw(3)
    for (let axis = 0; axis < 9; axis++) {
      expect(new Set(points.map((point) => Math.floor(point[axis] * 64))).size).toBe(64)
    }
    expect(draw(3)).toEqual(points)
    expect(draw(4)).not.toEqual(points)
  })
  test('dimensions are limited', () => {
    expect(() => createSobol(201)).toThrow('createSobol: expected 1 to 200 dimensions, got 201')
    expect(() => createSobol(0)).toThrow('got 0')
  })
})

describe('hypervolume', () => {
  test.each(numbers.volumes)('of $points.length points up to $reference is that of Optuna', (each) => {
    const directions = each.reference.map(() => 'minimize' as const)
    expect(hypervolume(each.points, { reference: each.reference, directions })).toBeCloseTo(each.value, 12)
  })
  test('directions, dominated points, points beyond the reference and none', () => {
    const options = { reference: [0, 10], directions: ['maximize', 'minimize'] as const }
    const front = [
      [4, 8],
      [2, 5],
    ]
    expect(hypervolume(front, options)).toBe(2 * 2 + 2 * 5)
    expect(hypervolume([...front, [1, 9], [4, 8], [-1, 2], [3, 11]], options)).toBe(14)
    expect(hypervolume([], options)).toBe(0)
    expect(() => hypervolume([[1]], options)).toThrow('hypervolume: expected 2 values, got [1]')
  })
})

describe('signed ranks', () => {
  test.each(numbers.ranks)('the p-value of $differences.length differences is that of scipy', ({ differences, p }) => {
    expect(signedRankPValue(differences)).toBeCloseTo(p, differences.length > 50 ? 3 : 12)
  })
  test('ties are exact: three equal differences are all positive once in eight', () => {
    expect(signedRankPValue([2, 2, 2])).toBe(1 / 8)
    expect(signedRankPValue([2, 2, -2])).toBe(4 / 8)
    expect(signedRankPValue([0, 0])).toBe(1)
    expect(signedRankPValue([])).toBe(1)
  })
})

describe('expected improvement', () => {
  test.each(numbers.improvements)('log h(%d) is that of Optuna', (z, expected) => {
    expect(logImprovement(z).value / expected).toBeCloseTo(1, 9)
  })
  test('its derivative is that of finite differences, across the changes of formula', () => {
    for (const z of [2, 0, -3, -24.999, -25.001, -400, -9999, -10_001]) {
      const step = 1e-4 * Math.max(1, Math.abs(z) * 1e-2)
      const slope = (logImprovement(z + step).value - logImprovement(z - step).value) / (2 * step)
      expect(logImprovement(z).slope / slope).toBeCloseTo(1, 3)
    }
  })
})

describe('Gaussian process', () => {
  const flat = ({ x, y }: { x: number[][]; y: number[] }) => ({
    x: Float64Array.from(x.flat()),
    y: Float64Array.from(y),
    isCategorical: x[0].map(() => false),
  })
  test.each(numbers.processes)('$y.length points: fit and posterior are those of Optuna', (each) => {
    const process = fitGaussianProcess(flat(each))
    // Both stop once the gradient is small, so the digits beyond that differ.
    each.lengthScales.forEach((scale, k) => expect(process.lengthScales[k] / scale).toBeCloseTo(1, 1))
    each.at.forEach((point, index) => {
      const { mean, variance } = process.posterior(Float64Array.from(point))
      expect(Math.abs(mean - each.mean[index])).toBeLessThan(0.01)
      expect(Math.abs(variance - each.variance[index])).toBeLessThan(0.01)
    })
  })
  test('gradients of the posterior and of the acquisition are those of finite differences', () => {
    const process = fitGaussianProcess(flat(numbers.processes[1]))
    const acquisition = acquisitionOf([
      { process, bound: 1.2, kind: 'improvement' },
      { process, bound: -0.5, kind: 'chance' },
    ])
    for (const point of numbers.processes[1].at) {
      const x = Float64Array.from(point)
      const found = process.posteriorWithGradient(x)
      const plain = process.posterior(x)
      expect([found.mean, found.variance]).toEqual([expect.closeTo(plain.mean, 9), expect.closeTo(plain.variance, 9)])
      for (let k = 0; k < x.length; k++) {
        const moved = (by: number) => x.map((value, axis) => (axis === k ? value + by : value))
        const slope = (f: (at: Float64Array) => number) => (f(moved(1e-5)) - f(moved(-1e-5))) / 2e-5
        expect(found.meanGradient[k]).toBeCloseTo(
          slope((at) => process.posterior(at).mean),
          5,
        )
        expect(found.varianceGradient[k]).toBeCloseTo(
          slope((at) => process.posterior(at).variance),
          5,
        )
        expect(acquisition.valueAndGradient(x).gradient[k] / slope(acquisition.value)).toBeCloseTo(1, 5)
      }
    }
  })
  test('a choice is as far from every other', () => {
    const data = { x: Float64Array.of(0, 1, 2, 0), y: Float64Array.of(1, -1, -1, 1), isCategorical: [true] }
    const process = fitGaussianProcess(data)
    const [first, second, third, unseen] = [0, 1, 2, 3].map((k) => process.posterior(Float64Array.of(k)).mean)
    expect(first).toBeGreaterThan(0.5)
    expect(second).toBeCloseTo(third, 12)
    expect(unseen).toBeGreaterThan(second)
    expect(unseen).toBeLessThan(first)
  })
  test('believed points take away the uncertainty beside them and leave the mean', () => {
    const process = fitGaussianProcess(flat(numbers.processes[0]))
    const x = Float64Array.of(0.5)
    const { mean, variance } = process.posterior(x)
    const believer = process.extended([{ x, y: mean }])
    expect(believer.posterior(x).mean).toBeCloseTo(mean, 6)
    expect(believer.posterior(x).variance).toBeLessThan(0.5 * variance + 1e-9)
  })
})

test('checksums are those of zip', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
  expect(crc32('prüfung_7')).toBe(604657988)
  expect(crc32('')).toBe(0)
})
