import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '@leanvox/random'
import { coordinatesOf } from './parzen-estimator.ts'
import { axisOf } from './parzen-kernels.ts'
import { createParzenMixture } from './parzen-mixture.ts'
import { everyKind } from './testing/trials.ts'
import { fromUnit, toInternal } from './units.ts'

const names = Object.keys(everyKind)
const axes = names.map((name) => axisOf(everyKind[name]))

function internalOf(key: number): Float64Array {
  const rng = createRng('row').split(key)
  return Float64Array.from(names, (name) => toInternal(everyKind[name], fromUnit(everyKind[name], rng.uniform())))
}
const rowOf = (key: number) => coordinatesOf(axes, internalOf(key))

function densities(keys: Iterable<number>) {
  const mixture = createParzenMixture(axes)
  for (const key of keys) mixture.insert(key, rowOf(key))
  return ask(mixture)
}

function ask(mixture: ReturnType<typeof createParzenMixture>) {
  const settings = [1000, 1001, 1002].map(internalOf)
  const internal = Float64Array.from(settings.flatMap((each) => [...each]))
  const coordinates = Float64Array.from(settings.flatMap((each) => [...coordinatesOf(axes, each)]))
  return mixture.logDensities({ coordinates, internal, count: 3 })
}

test('a mixture that took and gave up rows says, to the last bit, what one built at once says', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 139 }), { minLength: 1, maxLength: 60 }), (changes) => {
      const mixture = createParzenMixture(axes)
      const present = new Set<number>()
      // From both sides over the hundred rows where the rule of the widths changes.
      for (let key = 0; key < 140; key += 1) {
        if (key % 4 === 0) continue
        mixture.insert(key, rowOf(key))
        present.add(key)
      }
      for (const [index, key] of changes.entries()) {
        if (present.delete(key)) mixture.remove(key)
        else {
          present.add(key)
          mixture.insert(key, rowOf(key))
        }
        if (index % 3 === 0) ask(mixture)
      }
      expect(mixture.size).toBe(present.size)
      expect(ask(mixture)).toEqual(densities([...present].sort((one, other) => one - other)))
    }),
    { numRuns: 30 },
  )
})

test('the order in which rows came does not matter', () => {
  const keys = Array.from({ length: 120 }, (_, key) => key)
  expect(densities(createRng(1).shuffle(keys))).toEqual(densities(keys))
})

test('weights are equal up to 25 rows, then a ramp for all but the last 25; without a ramp equal always', () => {
  const mixture = createParzenMixture(axes)
  for (let key = 0; key < 28; key++) mixture.insert(key, rowOf(key))
  const [first, second, third, ...rest] = mixture.weights()
  expect(first / rest[0]).toBeCloseTo(1 / 28, 12)
  expect(second / rest[0]).toBeCloseTo((1 / 28 + 1) / 2, 12)
  expect(third / rest[0]).toBeCloseTo(1, 12)
  expect(new Set(rest).size).toBe(1)
  const flat = createParzenMixture(axes, { ramp: false })
  for (let key = 0; key < 28; key++) flat.insert(key, rowOf(key))
  expect([...flat.weights()]).toEqual(Array(29).fill(1 / 29))
})

test('the density over one real parameter integrates to one', () => {
  const plain = [axisOf(everyKind['plain'])]
  const mixture = createParzenMixture(plain)
  for (const [key, position] of [0.03, 0.2, 0.21, 0.9].entries()) mixture.insert(key, Float64Array.of(position))
  const count = 20_000
  const coordinates = Float64Array.from({ length: count }, (_, index) => (index + 0.5) / count)
  const internal = coordinates.map((position) => plain[0].fromCoordinate(position))
  const total = mixture.logDensities({ coordinates, internal, count }).reduce((sum, each) => sum + Math.exp(each), 0)
  expect(total / count).toBeCloseTo(1, 6)
})
