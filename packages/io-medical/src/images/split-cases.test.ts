import { createRng } from '@leanvox/random'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkSplit } from './check-split.ts'
import { splitCases } from './split-cases.ts'

interface Item {
  readonly lesion: string | null
  readonly diagnosis: string
}

const PARTS = ['train', 'validation', 'test'] as const
const lesion = (item: Item) => item.lesion
const diagnosis = (item: Item) => item.diagnosis
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const share = { train: 0.7, validation: 0.1, test: 0.2 }

describe('splitCases', () => {
  test('gives every case to one part, in exact numbers', () => {
    const split = splitCases(numbers(103), { fractions: share, rng: createRng(1) })
    expect(PARTS.map((part) => split[part].length)).toEqual([72, 10, 21])
    expect([...split.train, ...split.validation, ...split.test].toSorted((a, b) => a - b)).toEqual(numbers(103))
    expect(split.train).toEqual(split.train.toSorted((a, b) => a - b))
    expect(split.warnings).toEqual([])
  })

  test('is the same for the same seed and another for another', () => {
    const at = (seed: number) => splitCases(numbers(50), { fractions: share, rng: createRng(seed) })
    expect(at(1)).toEqual(at(1))
    expect(at(2).test).not.toEqual(at(1).test)
  })

  test('leaves over what counts or fractions do not ask for', () => {
    const counts = splitCases(numbers(20), { counts: { train: 5, test: 3 }, rng: createRng(1) })
    expect(PARTS.map((part) => counts[part].length)).toEqual([5, 0, 3])
    const tenth = splitCases(numbers(20), { fractions: { train: 0.1 }, rng: createRng(1) })
    expect(PARTS.map((part) => tenth[part].length)).toEqual([2, 0, 0])
    expect(counts.warnings).toEqual([])
  })

  test('keeps strata in proportion', () => {
    const items = numbers(200).map((i): Item => ({ lesion: null, diagnosis: i % 10 === 0 ? 'mel' : 'nv' }))
    const split = splitCases(items, { fractions: share, stratify: diagnosis, rng: createRng(3) })
    const melanoma = PARTS.map((part) => split[part].filter((i) => items[i].diagnosis === 'mel').length)
    expect(PARTS.map((part) => split[part].length)).toEqual([140, 20, 40])
    expect(melanoma).toEqual([14, 2, 4])
  })

  test('puts a class of one member in training, of two in training and test, and says so', () => {
    const diagnoses = [...numbers(30).map(() => 'nv'), 'df', 'vasc', 'vasc']
    const items = diagnoses.map((name): Item => ({ lesion: null, diagnosis: name }))
    const split = splitCases(items, { fractions: share, stratify: diagnosis, rng: createRng(1) })
    const partOf = (index: number) => PARTS.find((part) => split[part].includes(index))
    expect(partOf(30)).toBe('train')
    expect([31, 32].map(partOf).toSorted()).toEqual(['test', 'train'])
    expect(split.warnings).toEqual([
      '"df" has 1 group and is in train only',
      '"vasc" has 2 groups and is in train and test only',
    ])
  })

  test('keeps a group whole even where it exceeds the part, and says so', () => {
    const items = numbers(10).map((i): Item => ({ lesion: i < 6 ? 'big' : `l${i}`, diagnosis: 'nv' }))
    const split = splitCases(items, { fractions: { train: 0.5, test: 0.5 }, group: lesion, rng: createRng(1) })
    const inTrain = split.train.filter((i) => i < 6).length
    expect([0, 6]).toContain(inTrain)
    expect(split.warnings.map((warning) => warning.slice(0, 5))).toEqual(['train', 'test '])
  })

  test('does not take a group named 3 for case 3', () => {
    const items = ['3', null, null, null, '3'].map((name): Item => ({ lesion: name, diagnosis: '' }))
    const split = splitCases(items, { counts: { train: 3, test: 2 }, group: lesion, rng: createRng(2) })
    expect(split.train.includes(0)).toBe(split.train.includes(4))
    expect(split.train.length + split.test.length).toBe(5)
  })

  const someItems = fc.array(
    fc.record({
      lesion: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { nil: null }),
      diagnosis: fc.constantFrom('nv', 'nv', 'nv', 'mel', 'bkl', 'df'),
    }),
    { minLength: 1, maxLength: 60 },
  )
  const someShares = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).filter(([a, b, c]) => a + b + c > 0)

  test('never puts a group or a case in two parts, whatever the sizes', () => {
    fc.assert(
      fc.property(someItems, someShares, fc.nat(), (items, [a, b, c], seed) => {
        const sum = a + b + c
        const fractions = { train: a / sum, validation: b / sum, test: c / sum }
        const split = splitCases(items, { fractions, group: lesion, stratify: diagnosis, rng: createRng(seed) })
        checkSplit(split, items, { group: lesion })
        const dealt = PARTS.flatMap((part) => split[part])
        expect(dealt.toSorted((x, y) => x - y)).toEqual(numbers(items.length))
      }),
      { seed: 5 },
    )
  })

  test('has every stratum of three or more cases in every part that has room for all strata', () => {
    fc.assert(
      fc.property(someItems, fc.nat(), (items, seed) => {
        const split = splitCases(items, {
          fractions: { train: 0.5, validation: 0.25, test: 0.25 },
          stratify: diagnosis,
          rng: createRng(seed),
        })
        const strata = [...Map.groupBy(items, diagnosis)].filter(([, members]) => members.length >= 3)
        const kinds = new Set(items.map(diagnosis)).size
        for (const part of PARTS) {
          if (split[part].length < kinds) continue
          const present = new Set(split[part].map((i) => items[i].diagnosis))
          for (const [name] of strata) expect(present).toContain(name)
        }
      }),
      { seed: 6 },
    )
  })

  test('refuses sizes that do not fit', () => {
    const rng = createRng(1)
    const message = (options: object) => () => splitCases(numbers(4), { ...options, rng })
    expect(message({})).toThrow(new RangeError('splitCases: expected either fractions or counts, got neither'))
    expect(message({ fractions: share, counts: { train: 1 } })).toThrow('got both')
    expect(message({ counts: { train: 3, test: 2 } })).toThrow(
      new RangeError('splitCases: expected counts of at most 4 cases, got 3 + 0 + 2'),
    )
    expect(message({ fractions: { train: 0.9, test: 0.2 } })).toThrow(
      new RangeError('splitCases: expected fractions of at most 1 together, got 0.9 + 0 + 0.2'),
    )
    expect(message({ fractions: { train: NaN } })).toThrow(RangeError)
  })
})

describe('checkSplit', () => {
  const items = ['l1', 'l2', 'l1', null].map((name): Item => ({ lesion: name, diagnosis: '' }))

  test('names the group that leaks and where', () => {
    expect(() => checkSplit({ train: [0, 3], validation: [1], test: [2] }, items, { group: lesion })).toThrow(
      new RangeError('checkSplit: expected every group in one part, got group "l1" in train and test'),
    )
  })

  test('names a case that is in two parts, and an index beyond the cases', () => {
    expect(() => checkSplit({ train: [3], validation: [3], test: [] }, items, { group: lesion })).toThrow(
      'got case 3 in train and validation',
    )
    expect(() => checkSplit({ train: [4], validation: [], test: [] }, items, { group: lesion })).toThrow(
      new RangeError('checkSplit: expected indices below 4, got 4 in train'),
    )
  })

  test('passes for a split that divides nothing', () => {
    expect(() => checkSplit({ train: [0, 2], validation: [1], test: [3] }, items, { group: lesion })).not.toThrow()
  })
})
