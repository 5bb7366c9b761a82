import { describe, expect, it } from 'vitest'
import { EXAMPLE_RESULTS, EXAMPLE_TRAININGS } from '../test/example-run.ts'
import { pairedIou } from './paired-scores.ts'
import type { ArmSummary } from './results.ts'

const { summaries, rows, sweep, sparsity, analysis } = EXAMPLE_RESULTS
const summary = (setting: string, arm: string): ArmSummary =>
  summaries.find((one) => one.setting === setting && one.arm === arm)!

describe('pairedIou', () => {
  it('pairs each test image with itself, its scores averaged over the seeds that both have', () => {
    const pairs = pairedIou(EXAMPLE_TRAININGS, { setting: 'supervised', arm: 'htl' })
    expect(pairs).toHaveLength(100)
    const scores = (arm: string) =>
      EXAMPLE_TRAININGS.filter(
        ({ job }) => job.variant === null && job.setting === 'supervised' && job.arm === arm,
      ).map(({ test }) => test.find(({ id }) => id === pairs[7].id)!.iou!)
    expect(pairs[7].arm).toBeCloseTo((scores('htl')[0] + scores('htl')[1]) / 2, 12)
    expect(pairs[7].plain).toBeCloseTo((scores('plain')[0] + scores('plain')[1]) / 2, 12)
  })

  it('leaves out seeds that one of them does not have, and images without a score', () => {
    const some = EXAMPLE_TRAININGS.filter(({ job }) => job.arm !== 'htl' || job.seed === 1).map((one) => ({
      ...one,
      test: one.test.map((score, i) => (i === 0 ? { ...score, iou: null } : score)),
    }))
    const pairs = pairedIou(some, { setting: 'supervised', arm: 'htl' })
    expect(pairs).toHaveLength(99)
    const plain = some.find(({ job }) => job.name === 'supervised/plain/seed-1')!
    expect(pairs[0].plain).toBe(plain.test[1].iou)
    expect(pairedIou(some, { setting: 'semi-supervised', arm: 'htl' })).toEqual([])
  })
})

describe('collectResults', () => {
  it('has a row for each training of the comparison', () => {
    expect(rows).toHaveLength(12)
    expect(rows.every(({ iou, externalIou }) => iou > 0.3 && externalIou! > 0.3)).toBe(true)
  })

  it('finds the planted gain and no other', () => {
    const gained = summary('supervised', 'htl').differences!.iou
    expect(gained.mean.low).toBeGreaterThan(0.012)
    expect(gained.mean.high).toBeLessThan(0.035)
    expect(gained.corrected).toBeLessThan(0.001)
    expect(gained.seedsBetter).toBe(2)
    for (const other of [summary('supervised', 'random'), summary('weakly-supervised', 'htl')]) {
      expect(Math.abs(other.differences!.iou.mean.estimate)).toBeLessThan(0.006)
      expect(other.differences!.iou.corrected).toBeGreaterThan(0.05)
    }
    expect(summary('supervised', 'plain').differences).toBeNull()
  })

  it('corrects over all arms and settings', () => {
    const compared = summaries.flatMap(({ differences }) => (differences === null ? [] : [differences.iou]))
    expect(compared).toHaveLength(4)
    const [smallest] = compared.toSorted((a, b) => a.p - b.p)
    expect(smallest.corrected).toBeCloseTo(Math.min(1, 4 * smallest.p), 12)
  })

  it('counts the box hits of each image', () => {
    const own = EXAMPLE_TRAININGS.find(({ job }) => job.name === 'supervised/plain/seed-0')!
    const hits = own.test.filter(({ boxIou }) => boxIou! >= 0.75).length / own.test.length
    expect(
      rows.find(({ setting, arm, seed }) => setting === 'supervised' && arm === 'plain' && seed === 0)!.boxIou75,
    ).toBe(hits)
  })

  it('keeps the sweep apart and compares it with plain of the same seeds', () => {
    expect(sweep.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['sparsity 0.5', [0]],
      ['sparsity 0.9', [0]],
    ])
    expect(sweep[0].difference!.estimate).toBeGreaterThan(0.01)
    expect(sparsity).toHaveLength(4)
  })
})

it('compares other maps of the same trainings with plain, seed by seed', () => {
  const { otherMaps } = EXAMPLE_RESULTS
  expect(otherMaps.map(({ setting, arm, map }) => [setting, arm, map])).toEqual(
    ['plain', 'htl', 'random'].map((arm) => ['weakly-supervised', arm, 'cam, otsu']),
  )
  expect(otherMaps.map(({ difference }) => difference)).toEqual([NaN, expect.closeTo(0.05, 12), 0])
})

describe('analyse', () => {
  it('finds the hard group over-represented', () => {
    const [one] = analysis.demographics
    const acral = one.ratios.find(({ category }) => category === 'acral')!
    expect(acral.ratio.low).toBeGreaterThan(1.5)
    expect(acral.corrected).toBeLessThan(0.01)
  })

  it('says how well the sets repeat, beside chance', () => {
    const seeds = analysis.repeats.find(({ over, setting }) => over === 'seeds' && setting === 'supervised')!
    expect(seeds.overlap[0]).toBe(1)
    expect(seeds.overlap[1]).toBeGreaterThan(2 * seeds.chance)
    const epochs = analysis.repeats.find(({ over }) => over === 'epochs')!
    expect(epochs.names).toEqual(['epoch 4', 'epoch 7'])
    expect(epochs.overlap[1]).toBeCloseTo(33 / 39, 12)
  })

  it('finds the subgroup that gains most', () => {
    const gain = (category: string) =>
      analysis.gains.find((row) => row.setting === 'supervised' && row.arm === 'htl' && row.category === category)!
    expect(gain('1 of 4 (smallest)').difference.low).toBeGreaterThan(gain('4 of 4 (largest)').difference.high)
    expect(gain('1 of 4 (smallest)').corrected).toBeLessThan(0.01)
    const images = analysis.gains.filter(
      (row) => row.setting === 'supervised' && row.arm === 'htl' && row.variable === 'sex',
    )
    expect(images.reduce((sum, row) => sum + row.images, 0)).toBe(100)
  })
})
