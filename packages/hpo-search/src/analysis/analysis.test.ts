import { beforeAll, describe, expect, test } from 'vitest'
import { createStudy, randomSampler, runStudy, type Study } from '../index.ts'
import { contour } from './contour.ts'
import { describeStudy } from './describe-study.ts'
import { empiricalDistribution } from './empirical-distribution.ts'
import { intermediateCurves } from './intermediate-curves.ts'
import { optimizationHistory } from './optimization-history.ts'
import { parallelCoordinates } from './parallel-coordinates.ts'
import { parameterAxes } from './parameter-axes.ts'
import { paretoPoints } from './pareto-points.ts'
import { slices } from './slices.ts'
import { timeline } from './timeline.ts'

const values = [3, 1, 2, Number.POSITIVE_INFINITY, 0.5, 1]
let study: Study

beforeAll(async () => {
  let seconds = 0
  const made = await createStudy({
    name: 'a',
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
    sampler: randomSampler(),
    space: {
      x: { type: 'float', low: 0, high: 4 },
      rate: { type: 'float', low: 0.01, high: 1, log: true },
      n: { type: 'int', low: 1, high: 3 },
      kind: { type: 'categorical', choices: ['a', true, null] },
      only: { type: 'int', low: 7, high: 7 },
    },
  })
  for (const [number, n] of [1, 2, 3, 1, 2, 3].entries()) {
    await made.enqueueTrial({ x: number / 2, rate: 0.1, n, kind: (['a', true, null] as const)[number % 3] })
  }
  await runStudy(made, {
    trials: 8,
    maxRetries: 0,
    async objective({ number, report }) {
      if (number === 6) {
        await report(5, 4)
        await report(Number.NaN, 2)
        return { state: 'pruned' }
      }
      if (number === 7) throw new Error('broken')
      // Only trial 4 breaks its constraint.
      return { value: values[number], constraints: [number === 4 ? 1 : 0] }
    },
  })
  await made.ask()
  study = made as unknown as Study
})

test('the history has the best value of feasible trials only, and no infinite ones', () => {
  expect(optimizationHistory(study)).toEqual([
    { number: 0, value: 3, best: 3, feasible: true },
    { number: 1, value: 1, best: 1, feasible: true },
    { number: 2, value: 2, best: 1, feasible: true },
    { number: 4, value: 0.5, best: 1, feasible: false },
    { number: 5, value: 1, best: 1, feasible: true },
  ])
  const up = optimizationHistory({ ...study, trials: study.trials, directions: ['maximize'] })
  expect(up.map(({ best }) => best)).toEqual([3, 3, 3, 3, 3])
})

test('the distribution has one step a value and ends at 1', () => {
  expect(empiricalDistribution(study)).toEqual([
    { value: 0.5, share: 0.2 },
    { value: 1, share: 0.6 },
    { value: 2, share: 0.8 },
    { value: 3, share: 1 },
  ])
})

test('reports come by step, those that are no numbers as null', () => {
  const points = [
    { step: 2, value: null },
    { step: 4, value: 5 },
  ]
  expect(intermediateCurves(study)).toEqual([{ number: 6, state: 'pruned', points }])
})

test('axes have the range and scale of their parameter; a single value has none', () => {
  const choice = {
    name: 'kind',
    kind: 'choice',
    log: false,
    low: 0,
    high: 2,
    step: null,
    choices: ['a', 'true', 'null'],
  }
  expect(parameterAxes(study.trials)).toEqual([
    { name: 'x', kind: 'number', log: false, low: 0, high: 4, step: null, choices: [] },
    { name: 'rate', kind: 'number', log: true, low: 0.01, high: 1, step: null, choices: [] },
    { name: 'n', kind: 'number', log: false, low: 0.5, high: 3.5, step: 1, choices: [] },
    choice,
  ])
})

test('parallel coordinates place values on their own scale', () => {
  const { axes, lines } = parallelCoordinates(study)
  expect(axes.map(({ name }) => name)).toEqual(['x', 'rate', 'n', 'kind'])
  const [x, rate, n, kind] = lines[1].positions
  expect([lines[1].value, x, n, kind]).toEqual([1, 0.125, 0.5, 0.5])
  expect(rate).toBeCloseTo(0.5, 12)
})

test('slices have a point for each trial that has the parameter', () => {
  const partly = study.trials.map((trial) => (trial.number === 1 ? { ...trial, params: { x: 3 } } : trial))
  const found = slices({ ...study, directions: study.directions, trials: partly })
  expect(found.map(({ axis, points }) => [axis.name, points.length])).toEqual([
    ['x', 5],
    ['rate', 4],
    ['n', 4],
    ['kind', 4],
  ])
  expect(found[3].points[0]).toEqual({ number: 0, x: 'a', value: 3 })
})

describe('a contour', () => {
  test('has cells along a range, one for each choice, and values near those of the trials in them', () => {
    const { surface, points } = contour(study, { x: 'x', y: 'kind', cells: 8 })
    expect([surface.columns, surface.rows, surface.values.length]).toEqual([8, 3, 24])
    expect(Math.min(...surface.values)).toBeGreaterThanOrEqual(0.5)
    expect(Math.max(...surface.values)).toBeLessThanOrEqual(3)
    // Trial 0 lies at x = 0 of the first choice.
    expect(surface.values[0]).toBeGreaterThan(2.9)
    expect(points[0]).toMatchObject({ number: 0, x: 0, y: 'a', u: 0, value: 3, rank: 1 })
  })
  test('ranks the best 0, the worst 1, and equal values alike', () => {
    const ranks = contour(study, { x: 'x', y: 'n' }).points.map(({ number, rank }) => [number, rank])
    expect(ranks).toEqual([
      [0, 1],
      [1, 1 / 3],
      [2, 2 / 3],
      [4, 0],
      [5, 1 / 3],
    ])
  })
  test('names a parameter that is not there', () => {
    const message = "contour: expected a parameter of the completed trials (x, rate, n, kind), got 'z'"
    expect(() => contour(study, { x: 'x', y: 'z' })).toThrow(message)
  })
})

test('the timeline counts seconds from the first start, to the last known time for what runs', () => {
  const bars = timeline(study)
  expect(bars.length).toBe(9)
  expect(bars[0].start).toBe(0)
  expect(bars[8]).toMatchObject({ number: 8, state: 'running', end: bars[8].start })
  expect(bars.every(({ start, end }) => end >= start)).toBe(true)
})

test('Pareto points tell front, dominated and infeasible trials apart', async () => {
  const two = await createStudy({ name: 'b', directions: ['minimize', 'maximize'] })
  const told = [
    [1, 1],
    [2, 2],
    [2, 1],
    [0, 9],
    [Infinity, 9],
  ]
  for (const [index, value] of told.entries()) {
    const { number } = await two.ask()
    await two.tell(number, { state: 'complete', value, constraints: [index === 3 ? 2 : -1] })
  }
  expect(paretoPoints(two).map(({ onFront, feasible }) => [onFront, feasible])).toEqual([
    [true, true],
    [true, true],
    [false, true],
    [false, false],
  ])
})

describe('describeStudy', () => {
  test('puts parameters in order of importance and the best trial first', () => {
    const { objectives, best, counts, pareto } = describeStudy(study, { objectives: ['loss'] })
    const [{ name, importances, contours, slices: drawn }] = objectives
    expect(name).toBe('loss')
    expect(drawn.map(({ axis }) => axis.name)).toEqual(
      importances.map(({ parameter }) => parameter).filter((parameter) => parameter !== 'only'),
    )
    expect(contours.map(({ x, y }) => [x.name, y.name])[0]).toEqual(drawn.slice(0, 2).map(({ axis }) => axis.name))
    expect(best.map(({ number }) => number)).toEqual([4, 1, 5, 2, 0])
    expect(counts).toEqual({ complete: 6, pruned: 1, fail: 1, running: 1, waiting: 0 })
    expect(pareto).toEqual([])
  })
  test('is empty, not broken, for a study without trials', async () => {
    const [objective] = describeStudy(await createStudy({ name: 'empty' })).objectives
    expect([objective.history, objective.importances, objective.slices, objective.contours]).toEqual([[], [], [], []])
  })
  test('wants a name for every objective', () => {
    expect(() => describeStudy(study, { objectives: [] })).toThrow("describeStudy: expected 1 objectives' names, got 0")
  })
})
