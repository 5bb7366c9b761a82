import { describe, expect, test } from 'vitest'
import {
  checkSpace,
  createStudy,
  gridSampler,
  qmcSampler,
  tpeSampler,
  type LocalObjective,
  type Study,
} from './index.ts'
import { createSeenSpaces } from './intersection-space.ts'
import { runStudy } from './run-study.ts'
import { contextWith, trialWith } from './testing/trials.ts'

const all = checkSpace({
  a: { type: 'float', low: 0, high: 1 },
  b: { type: 'float', low: 0, high: 1 },
  c: { type: 'int', low: 0, high: 9 },
})
const having = (names: string, number: number) =>
  trialWith({ number, distributions: Object.fromEntries([...names].map((name) => [name, all[name]])) })

describe('spaces of define-by-run studies', () => {
  test('the intersection is what every trial had, groups are what always appeared together', () => {
    const seen = createSeenSpaces()
    expect([seen.intersection(), seen.groups()]).toEqual([{}, []])
    seen.follow([having('ab', 0), having('ba', 1)])
    expect([Object.keys(seen.intersection()), seen.groups().map((group) => Object.keys(group).join(''))]).toEqual([
      ['a', 'b'],
      ['ab'],
    ])
    seen.follow([having('ab', 0), { ...having('c', 1), state: 'fail' }, having('bc', 2)])
    expect(Object.keys(seen.intersection())).toEqual(['b'])
    expect(seen.groups().map((group) => Object.keys(group).join(''))).toEqual(['a', 'b', 'c'])
  })

  test('the latest distribution of a parameter counts, also when a late trial comes in before', () => {
    const wide = checkSpace({ a: { type: 'float', low: -9, high: 9 } })
    const early = trialWith({ number: 0, distributions: wide })
    const late = having('a', 1)
    const seen = createSeenSpaces()
    seen.follow([late])
    seen.follow([early, late])
    expect(seen.intersection()).toEqual({ a: all['a'] })
    seen.follow([early, late, trialWith({ number: 2, distributions: wide })])
    expect(seen.intersection()).toEqual(wide)
  })
})

/** A choice with a parameter of its own on either side. */
const branching: LocalObjective = ({ trial }) => {
  const kind = trial.suggestCategorical('kind', { choices: ['left', 'right'] })
  const where = { low: -5, high: 5 }
  if (kind === 'left') return 4 + Math.abs(trial.suggestFloat('left', where) - 2)
  const [x, y] = [trial.suggestFloat('x', where), trial.suggestFloat('y', where)]
  return (x - 3) ** 2 + (y - x) ** 2
}

describe('TPE over branches', () => {
  const bestOf = async (group: boolean) => {
    let sum = 0
    for (let seed = 0; seed < 6; seed++) {
      const study = await createStudy({ name: 's', sampler: tpeSampler({ seed, group }) })
      await runStudy(study, { trials: 60, objective: branching })
      sum += study.bestTrial?.value as number
    }
    return sum / 6
  }
  test('finds the better branch and its bottom, by groups or one by one', async () => {
    expect(await bestOf(true)).toBeLessThan(1.5)
    expect(await bestOf(false)).toBeLessThan(1.5)
  })
  test('groups need a joint model', () => {
    const message = 'tpeSampler: expected multivariate with group, got multivariate false'
    expect(() => tpeSampler({ group: true, multivariate: false })).toThrow(message)
  })
})

describe('grid', () => {
  const grid = { a: [0, 0.5, 1], kind: ['x', 'y'] }
  const space = {
    a: { type: 'float', low: 0, high: 1 },
    kind: { type: 'categorical', choices: ['x', 'y', 'z'] },
  } as const
  const settings = async (study: Study, count: number) => {
    const found: string[] = []
    for (let index = 0; index < count; index++) {
      const { number, params } = await study.ask()
      found.push(Object.values(params).join())
      await study.tell(number, { state: 'fail' })
    }
    return found
  }
  test('every combination comes once, then all again in another order; queued trials take none away', async () => {
    const sampler = gridSampler(grid, { seed: 5 })
    expect(sampler.size).toBe(6)
    const study = (await createStudy({ name: 's', space, sampler })) as unknown as Study
    const first = await settings(study, 2)
    await study.enqueueTrial({ a: 0.25, kind: 'z' } as never)
    const queued = await settings(study, 1)
    expect(queued).toEqual(['0.25,z'])
    const round = [...first, ...(await settings(study, 4))]
    expect([...round].sort()).toEqual(['0,x', '0,y', '0.5,x', '0.5,y', '1,x', '1,y'])
    const again = await settings(study, 6)
    expect([...again].sort()).toEqual([...round].sort())
    expect(again).not.toEqual(round)
  })
  test('empty lists, too many combinations and values outside of the space are named', () => {
    expect(() => gridSampler({ a: [] })).toThrow("gridSampler: expected values for 'a', got none")
    const many = Array.from({ length: 1000 }, (_, index) => index)
    expect(() => gridSampler({ a: many, b: many })).toThrow('expected fewer than 1000000 combinations, got 1000000')
    const sample = () => gridSampler({ a: [7] }).sample(contextWith({ number: 0, space: { a: all['a'] } }))
    expect(sample).toThrow("gridSampler: expected 'a' within")
  })
})

test('quasi-random: queued trials use up no point, and 16 trials fill 16 cells of every range', async () => {
  const run = async (queue: boolean) => {
    const space = { a: { type: 'float', low: 0, high: 16 }, b: { type: 'float', low: 0, high: 16 } } as const
    const study = await createStudy({ name: 's', space, sampler: qmcSampler({ seed: 1 }) })
    if (queue) await study.enqueueTrial({ a: 1, b: 2 })
    const found = []
    for (let count = 0; count < 16 + Number(queue); count++) found.push((await study.ask()).params)
    return found.slice(Number(queue))
  }
  const points = await run(false)
  for (const name of ['a', 'b'] as const) expect(new Set(points.map((point) => Math.floor(point[name]))).size).toBe(16)
  expect(await run(true)).toEqual(points)
})
