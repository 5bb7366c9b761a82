import { describe, expect, it } from 'vitest'
import { parseConfig } from './config.ts'
import { planFinds, planTrainings } from './jobs.ts'

const config = parseConfig(
  {
    arms: ['plain', 'htl'],
    settings: ['supervised', 'weakly-supervised'],
    seeds: [3, 5],
    supervised: { htl: { strength: 2, fraction: 0.1 } },
    sweep: [{ name: 'strength 4', knob: 'strength', seeds: [3], htl: { strength: 4 } }],
  },
  'x',
)

describe('planTrainings', () => {
  it('has every setting and arm of a seed before the next seed, and the sweep last', () => {
    expect(planTrainings(config).map(({ name }) => name)).toEqual([
      'supervised/plain/seed-3',
      'supervised/htl/seed-3',
      'weakly-supervised/plain/seed-3',
      'weakly-supervised/htl/seed-3',
      'supervised/plain/seed-5',
      'supervised/htl/seed-5',
      'weakly-supervised/plain/seed-5',
      'weakly-supervised/htl/seed-5',
      'sweep/supervised/strength 4/seed-3',
    ])
  })

  it('changes in the sweep what the entry says and nothing else', () => {
    const [first] = planTrainings(config)
    const swept = planTrainings(config).at(-1)
    expect(swept?.htl).toEqual({ ...first.htl, strength: 4 })
    expect(first.htl).toMatchObject({ strength: 2, fraction: 0.1 })
  })
})

describe('planFinds', () => {
  it('has one search for each plain training', () => {
    expect(planFinds(config).map(({ name, of }) => [name, of])).toEqual([
      ['find/supervised/seed-3', 'supervised/plain/seed-3'],
      ['find/weakly-supervised/seed-3', 'weakly-supervised/plain/seed-3'],
      ['find/supervised/seed-5', 'supervised/plain/seed-5'],
      ['find/weakly-supervised/seed-5', 'weakly-supervised/plain/seed-5'],
    ])
  })
})
