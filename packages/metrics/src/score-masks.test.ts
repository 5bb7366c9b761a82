import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  boundaryIou,
  clDice,
  dice,
  emptyPolicyOf,
  hd95,
  imageDiagonal,
  lesionDetection,
  MASK_METRICS,
  nnunetSummary,
  reportScores,
  scoreAbsent,
  scoreMasks,
  surfaceDice,
  surfaceDistances,
  type MaskMetricName,
} from './index.ts'

const grid = { shape: [1, 2, 4], spacing: [1, 1, 2] } as const
const none = [0, 0, 0, 0, 0, 0, 0, 0]
const some = [0, 1, 1, 0, 0, 0, 0, 0]
const other = [0, 0, 1, 1, 0, 0, 0, 0]
const everyMetric = Object.keys(MASK_METRICS) as MaskMetricName[]
const settings = { ...grid, toleranceMm: 1, boundaryWidthMm: 1 }

describe('scoreMasks', () => {
  test('gives the values of the single functions', () => {
    const pair = { prediction: some, reference: other }
    const { values, empty, counts } = scoreMasks(pair, { ...settings, metrics: everyMetric })
    const distances = surfaceDistances(pair, grid)
    expect(empty).toBe('none')
    expect(counts).toEqual({ truePositives: 1, falsePositives: 1, falseNegatives: 1, trueNegatives: 5 })
    expect(values.dice).toBe(dice(pair))
    expect(values.hd95).toBe(hd95(distances))
    expect(values.surfaceDice).toBe(surfaceDice(distances, { toleranceMm: 1 }))
    expect(values.boundaryIou).toBe(boundaryIou(pair, { ...grid, widthMm: 1 }))
    expect(values.clDice).toBe(clDice(pair, grid))
    expect(values.lesionF1).toBe(lesionDetection(pair, { shape: grid.shape }).f1)
    expect(Object.keys(values)).toEqual(everyMetric)
  })

  test('a miss and an invented structure cost the worst value, and nothing is said about what is absent', () => {
    const metrics = [
      'dice',
      'sensitivity',
      'precision',
      'specificity',
      'matthewsCorrelation',
      'hd95',
      'clDice',
    ] as const
    const values = (prediction: number[], reference: number[]) =>
      Object.values(scoreMasks({ prediction, reference }, { ...grid, metrics }).values)
    const diagonal = imageDiagonal(grid)
    expect(values(none, some)).toEqual([0, 0, 0, 1, 0, diagonal, 0])
    expect(values(some, none)).toEqual([0, NaN, 0, 0.75, 0, diagonal, 0])
    expect(values(none, none)).toEqual([NaN, NaN, NaN, 1, NaN, NaN, NaN])
  })

  test('takes other policies, for all ways to be empty or for some', () => {
    const metrics = ['hd95', 'dice', 'precision'] as const
    const emptyPolicy = { hd95: { both: 'zero', prediction: 373.13 }, dice: 'one', precision: 'own' } as const
    const values = (prediction: number[], reference: number[]) =>
      Object.values(scoreMasks({ prediction, reference }, { ...grid, metrics, emptyPolicy }).values)
    expect(values(none, some)).toEqual([373.13, 1, NaN])
    expect(values(some, none)).toEqual([imageDiagonal(grid), 1, 0])
    expect(values(none, none)).toEqual([0, 1, NaN])
    expect(scoreMasks({ prediction: some, reference: other }, { ...grid, metrics, emptyPolicy }).values.dice).toBe(0.5)
    expect(emptyPolicyOf('hd95', { hd95: 'inf' })).toEqual({ both: 'inf', prediction: 'inf', reference: 'inf' })
    expect(emptyPolicyOf('sensitivity')).toEqual({ both: 'nan', prediction: 'worst', reference: 'nan' })
  })

  test('emptying a prediction never improves a mean, whatever the metric', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 8, maxLength: 8 })
    const pairs = fc.array(
      fc.record({ prediction: bits, reference: bits.map((mask) => mask.map((bit, i) => (i === 3 ? 1 : bit))) }),
      { minLength: 2, maxLength: 5 },
    )
    // Specificity cannot punish a miss, and Matthews correlation rates worse than chance below it.
    const metrics = everyMetric.filter((name) => name !== 'specificity' && name !== 'matthewsCorrelation')
    const meansOf = (cases: { prediction: number[]; reference: number[] }[]) =>
      reportScores(
        cases.map((pair) => scoreMasks(pair, { ...settings, metrics })),
        { metrics },
      ).metrics
    fc.assert(
      fc.property(pairs, (cases) => {
        const before = meansOf(cases)
        const after = meansOf(cases.map((pair, i) => (i === 0 ? { ...pair, prediction: none } : pair)))
        for (const name of metrics) {
          const change = (after[name].mean - before[name].mean) * (MASK_METRICS[name].better === 'higher' ? 1 : -1)
          expect(change, name).toBeLessThanOrEqual(1e-12)
          expect(after[name].undefinedCount, name).toBe(0)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('measures surface elements on request', () => {
    const { values } = scoreMasks(
      { prediction: some, reference: other },
      { ...settings, metrics: ['surfaceDice'], boundary: 'surface-element' },
    )
    const distances = surfaceDistances({ prediction: some, reference: other }, { ...grid, boundary: 'surface-element' })
    expect(values.surfaceDice).toBe(surfaceDice(distances, { toleranceMm: 1 }))
    expect(values.surfaceDice).not.toBe(
      surfaceDice(surfaceDistances({ prediction: some, reference: other }, grid), { toleranceMm: 1 }),
    )
  })

  test('names what it cannot do', () => {
    const score = (metrics: string[], more: object = {}) =>
      scoreMasks({ prediction: some, reference: other }, { ...grid, ...more, metrics: metrics as MaskMetricName[] })
    expect(() => score(['f2'])).toThrow(
      new RangeError(`scoreMasks: expected metrics of ${everyMetric.join(', ')}, got f2`),
    )
    expect(() => score(['surfaceDice'])).toThrow(
      new RangeError('scoreMasks: expected toleranceMm for surfaceDice, got none'),
    )
    expect(() => score(['dice'], { emptyPolicy: { dice: 'half' } })).toThrow(
      new RangeError(
        'scoreMasks: expected an empty policy of own, nan, worst, best, inf, zero, one or a number, got half',
      ),
    )
    expect(() => score(['dice'], { emptyPolicy: { f2: 'nan' } })).toThrow('got f2')
    expect(() => score(['dice'], { shape: [1, 1, 4] })).toThrow('expected 4 voxels for shape [1, 1, 4], got 8')
  })
})

test('an absent structure is scored without masks', () => {
  const options = { ...settings, metrics: everyMetric, emptyPolicy: { hd95: 'worst', dice: 'one' } } as const
  expect(scoreAbsent(options)).toEqual(scoreMasks({ prediction: none, reference: none }, options))
})

describe('reportScores', () => {
  test('counts misses, inventions and absences beside the means', () => {
    const metrics = ['dice', 'hd95', 'sensitivity'] as const
    const score = (prediction: number[], reference: number[]) =>
      scoreMasks({ prediction, reference }, { ...grid, metrics })
    const scores = [score(some, some), score(none, some), score(some, none), score(none, none)]
    const report = reportScores(scores, { metrics })
    expect(report).toMatchObject({ cases: 4, missed: 1, invented: 1, absent: 1 })
    expect(report.metrics.dice).toMatchObject({ count: 4, undefinedCount: 1, mean: 1 / 3 })
    expect(report.metrics.sensitivity).toMatchObject({ undefinedCount: 2, mean: 0.5 })
    expect(report.metrics.hd95.mean).toBeCloseTo((2 * imageDiagonal(grid)) / 3, 12)
    expect(reportScores([], { metrics }).metrics.dice).toMatchObject({ count: 0, mean: NaN })
  })
})

describe('nnunetSummary', () => {
  const counts = (tp: number, fp: number, fn: number) => ({
    ...{ truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: 100 - tp - fp - fn },
  })

  test('has the layout of summary.json, with means that leave out what is undefined', () => {
    const summary = nnunetSummary([
      { predictionFile: 'p/a.nii.gz', referenceFile: 'r/a.nii.gz', labels: { 1: counts(3, 1, 0), 2: counts(0, 0, 0) } },
      { predictionFile: 'p/b.nii.gz', referenceFile: 'r/b.nii.gz', labels: { 1: counts(1, 0, 3), 2: counts(2, 2, 4) } },
    ])
    expect(summary.metric_per_case[0]).toEqual({
      metrics: {
        1: { Dice: 6 / 7, FN: 0, FP: 1, IoU: 0.75, TN: 96, TP: 3, n_pred: 4, n_ref: 3 },
        2: { Dice: null, FN: 0, FP: 0, IoU: null, TN: 100, TP: 0, n_pred: 0, n_ref: 0 },
      },
      prediction_file: 'p/a.nii.gz',
      reference_file: 'r/a.nii.gz',
    })
    expect(summary.mean['1']).toMatchObject({ Dice: (6 / 7 + 0.4) / 2, n_ref: 3.5, TP: 2 })
    expect(summary.mean['2']).toMatchObject({ Dice: 0.4, IoU: 0.25, n_pred: 2, FN: 2 })
    expect(summary.foreground_mean.Dice).toBeCloseTo(((6 / 7 + 0.4) / 2 + 0.4) / 2, 12)
  })

  test('keeps the background out of the foreground mean', () => {
    const labels = { 0: counts(50, 0, 0), 1: counts(1, 1, 0) }
    const summary = nnunetSummary([{ predictionFile: 'a', referenceFile: 'b', labels }])
    expect(summary.mean['0'].Dice).toBe(1)
    expect(summary.foreground_mean.Dice).toBe(2 / 3)
    expect(nnunetSummary([]).foreground_mean.Dice).toBe(null)
  })
})

describe('lesionDetection by any overlap', () => {
  const shape = [1, 1, 12] as const
  const matching = 'any-overlap'

  test('lets one prediction find two lesions, and two predictions one lesion', () => {
    const two = [1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0]
    const joined = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    const found = lesionDetection({ prediction: joined, reference: two }, { shape, matching })
    expect(found).toMatchObject({
      ...{ truePositives: 2, falsePositives: 1, falseNegatives: 1, sensitivity: 2 / 3, precision: 1 / 2 },
    })
    expect(found.f1).toBeCloseTo(4 / 7, 12)
    expect(lesionDetection({ prediction: two, reference: joined }, { shape, matching })).toMatchObject({
      ...{ truePositives: 1, falsePositives: 1, falseNegatives: 1, sensitivity: 1 / 2, precision: 2 / 3 },
    })
  })

  test('is NaN without lesions, 0 with lesions on one side, and must have a name', () => {
    const empty = new Uint8Array(12)
    const lesion = Uint8Array.from(empty, (_, i) => (i === 4 ? 1 : 0))
    const f1 = (prediction: Uint8Array, reference: Uint8Array) =>
      lesionDetection({ prediction, reference }, { shape, matching }).f1
    expect([f1(empty, empty), f1(lesion, empty), f1(empty, lesion), f1(lesion, lesion)]).toEqual([NaN, 0, 0, 1])
    expect(() =>
      lesionDetection({ prediction: empty, reference: empty }, { shape, matching: 'all' as 'any-overlap' }),
    ).toThrow(new RangeError("lesionDetection: expected matching 'one-to-one' or 'any-overlap', got 'all'"))
  })
})
