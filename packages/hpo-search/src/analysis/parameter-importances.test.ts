import * as fs from 'node:fs'
import { createRng } from '@leanvox/random'
import { describe, expect, test } from 'vitest'
import { type Distribution } from '../distribution.ts'
import { type FrozenTrial } from '../frozen-trial.ts'
import { distributionFromJson } from '../optuna-json.ts'
import { treeVariance } from './functional-anova.ts'
import { parameterImportances, type ImportanceOptions } from './parameter-importances.ts'
import { growForest } from './regression-forest.ts'

interface Case {
  readonly name: string
  readonly space: Readonly<Record<string, string>>
  readonly trials: readonly { readonly params: FrozenTrial['params']; readonly value: number }[]
  readonly importances: Readonly<Record<string, number>>
}
const path = new URL('../../fixtures/importances.json', import.meta.url)
const { cases } = JSON.parse(fs.readFileSync(path, 'utf8')) as { cases: Case[] }

const blank = {
  state: 'complete' as const,
  intermediateValues: new Map<number, number>(),
  userAttributes: {},
  systemAttributes: {},
  startedAt: null,
  completedAt: null,
}
const trialOf = (
  number: number,
  of: Pick<FrozenTrial, 'params' | 'distributions'> & { value: number },
): FrozenTrial => ({
  ...blank,
  ...of,
  number,
  values: [of.value],
})
const studyOf = (trials: FrozenTrial[]) => ({ name: 'a', directions: ['minimize' as const], trials })
const unit: Distribution = { type: 'float', low: 0, high: 1, log: false, step: null }

/** A study of `count` uniform settings of x and y with values by `f`. */
function plane(f: (x: number, y: number) => number, { count = 150, seed = 1 } = {}) {
  const rng = createRng(seed)
  const trials = Array.from({ length: count }, (_, number) => {
    const params = { x: rng.uniform(), y: rng.uniform() }
    return trialOf(number, { params, distributions: { x: unit, y: unit }, value: f(params.x, params.y) })
  })
  return studyOf(trials)
}
const sharesOf = (study: ReturnType<typeof studyOf>, options?: ImportanceOptions) =>
  Object.fromEntries(parameterImportances(study, options).map(({ parameter, importance }) => [parameter, importance]))

describe('importances against Optuna’s fANOVA', () => {
  test.each(cases)(
    '$name: the same order where it is clear, and shares within 0.06',
    ({ space, trials, importances }) => {
      const distributions = Object.fromEntries(
        Object.entries(space).map(([name, text]) => [name, distributionFromJson(text)]),
      )
      const study = studyOf(trials.map((trial, number) => trialOf(number, { ...trial, distributions })))
      const ours = sharesOf(study, { normalize: false, seed: 3 })
      for (const [name, theirs] of Object.entries(importances)) {
        expect(Math.abs(ours[name] - theirs), `${name}: ${ours[name]} and ${theirs}`).toBeLessThan(0.06)
      }
      for (const [one, share] of Object.entries(importances)) {
        const clearlyLess = Object.entries(importances).filter(([, other]) => other < share - 0.1)
        for (const [other] of clearlyLess) expect(ours[one]).toBeGreaterThan(ours[other])
      }
    },
  )
})

describe('parameterImportances', () => {
  test('finds the shares of a sum: variances 25/12 and 4/12', () => {
    const { x, y } = sharesOf(plane((a, b) => 5 * a + 2 * b, { count: 400 }))
    expect(x).toBeCloseTo(25 / 29, 1)
    expect(x + y).toBeCloseTo(1, 12)
  })
  test('leaves the variance that only both together explain out unless normalised', () => {
    const product = plane((a, b) => (a - 0.5) * (b - 0.5), { count: 400 })
    const { x, y } = sharesOf(product, { normalize: false })
    expect(x + y).toBeLessThan(0.35)
    const normalised = sharesOf(product)
    expect(normalised['x'] + normalised['y']).toBeCloseTo(1, 12)
  })
  test('is the same for the same seed and hardly differs for another', () => {
    const study = plane((a, b) => a + Math.sin(9 * b))
    expect(sharesOf(study, { seed: 1 })).toEqual(sharesOf(study, { seed: 1 }))
    expect(sharesOf(study, { seed: 1 })).not.toEqual(sharesOf(study, { seed: 2 }))
    expect(Math.abs(sharesOf(study, { seed: 1 })['x'] - sharesOf(study, { seed: 2 })['x'])).toBeLessThan(0.1)
  })
  test('is 0 for equal values, one trial, single values; without parameters empty', () => {
    expect(sharesOf(plane(() => 3))).toEqual({ x: 0, y: 0 })
    expect(sharesOf(plane((a) => a, { count: 1 }))).toEqual({ x: 0, y: 0 })
    expect(sharesOf(studyOf([]))).toEqual({})
    const single: Distribution = { ...unit, high: 0 }
    const trials = [0, 1].map((value) =>
      trialOf(value, { params: { x: value, s: 0 }, distributions: { x: unit, s: single }, value }),
    )
    expect(sharesOf(studyOf(trials))).toEqual({ x: 1, s: 0 })
  })
  test('does without failed, infinite and partly conditional trials’ parameters', () => {
    const study = plane((a) => a)
    const odd = trialOf(150, {
      params: { x: 0.5, y: 0.5, z: 1 },
      distributions: { x: unit, y: unit, z: unit },
      value: Infinity,
    })
    const failed = { ...odd, number: 151, state: 'fail' as const, values: null }
    const conditional = trialOf(152, { params: { x: 0.1, y: 0.5, z: 1 }, distributions: odd.distributions, value: 0.1 })
    const plain = sharesOf({ ...study, trials: [...study.trials, odd, failed] })
    expect(plain).toEqual(sharesOf(study))
    expect(Object.keys(sharesOf({ ...study, trials: [...study.trials, conditional] })).sort()).toEqual(['x', 'y'])
  })
  test('names an objective the study has not', () => {
    expect(() =>
      parameterImportances(
        plane((a) => a),
        { objective: 1 },
      ),
    ).toThrow('objective: expected an index below 1, got 1')
  })
})

describe('treeVariance', () => {
  test('is that of two halves worked out by hand', () => {
    // 0 on x <= 1/4, else 4: mean 3, variance (9 + 3) / 4.
    const tree = { feature: 0, threshold: 0.25, left: { value: 0 }, right: { value: 4 } }
    const domain = { low: 0, high: 1 }
    expect(treeVariance(tree, [domain, domain])).toEqual({ total: 3, marginals: [3, 0] })
  })
  test('takes choices as equally likely', () => {
    const tree = { feature: 0, threshold: 2, left: { value: 3 }, right: { value: 0 } }
    const { total, marginals } = treeVariance(tree, [{ choices: 3 }])
    expect([total, marginals[0]]).toEqual([expect.closeTo(2, 12), expect.closeTo(2, 12)])
  })
  test('finds no marginal in an exclusive or', () => {
    const half = (value: number) => ({ feature: 1, threshold: 0, left: { value }, right: { value: 1 - value } })
    const tree = { feature: 0, threshold: 0.5, left: half(0), right: half(1) }
    expect(treeVariance(tree, [{ low: 0, high: 1 }, { choices: 2 }])).toEqual({ total: 0.25, marginals: [0, 0] })
  })
})

describe('growForest', () => {
  test('splits halfway between values and stops at pure leaves', () => {
    const features = [{ values: Float64Array.of(0, 1, 2, 3), choices: null }]
    const [tree] = growForest(
      { features, targets: Float64Array.of(5, 5, 9, 9) },
      { trees: 20, maxDepth: 9, rng: createRng(0) },
    ).filter((one) => 'feature' in one)
    expect(tree).toMatchObject({ feature: 0, left: { value: 5 }, right: { value: 9 } })
  })
  test('has no deeper tree than it may', () => {
    const values = Float64Array.from({ length: 64 }, (_, index) => index)
    const [tree] = growForest(
      { features: [{ values, choices: null }], targets: values },
      { trees: 1, maxDepth: 3, rng: createRng(0) },
    )
    const depth = (node: typeof tree): number =>
      'feature' in node ? 1 + Math.max(depth(node.left), depth(node.right)) : 0
    expect(depth(tree)).toBe(3)
  })
})
