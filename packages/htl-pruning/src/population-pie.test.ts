import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { modalLabels, populationDisagreement, populationPie } from './index.ts'

test('finds the cases whose modal label changes, by hand', () => {
  const dense = [
    [0, 1, 2],
    [0, 1, 1],
    [1, 1, 2],
  ]
  const pruned = [
    [1, 1, 0],
    [0, 1, 0],
    [1, 2, 2],
  ]
  const { exemplars, denseMode, prunedMode } = populationPie({ dense, pruned })
  expect([...denseMode]).toEqual([0, 1, 2])
  expect([...prunedMode]).toEqual([1, 1, 0])
  expect(exemplars).toEqual([0, 2])
})

test('ties of the mode go to the largest label', () => {
  expect([
    ...modalLabels([
      [3, 0],
      [7, 2],
      [7, 1],
      [3, 0],
    ]),
  ]).toEqual([7, 0])
})

test('a population that pruning does not change has no exemplars', () => {
  const population = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(population, (dense) => {
      expect(populationPie({ dense, pruned: dense }).exemplars).toEqual([])
    }),
  )
})

describe('populationDisagreement', () => {
  test('is 1 - IoU of the modal masks, by hand', () => {
    const dense = [[[1, 1, 0, 0]], [[1, 1, 0, 0]], [[0, 0, 0, 0]]]
    const pruned = [[[1, 0, 1, 0]], [[0, 0, 1, 0]], [[1, 0, 0, 0]]]
    // modal masks {0, 1} and {0, 2}
    expect([...populationDisagreement({ dense, pruned })]).toEqual([1 - 1 / 3])
    expect([...populationDisagreement({ dense, pruned: dense })]).toEqual([0])
  })

  test('refuses an empty population', () => {
    expect(() => populationDisagreement({ dense: [[[1]]], pruned: [] })).toThrow(
      new RangeError('populationDisagreement: expected at least one network, got 0'),
    )
  })
})

test('refuses no list and lists of different lengths', () => {
  expect(() => modalLabels([])).toThrow(new RangeError('modalLabels: expected at least one list, got 0'))
  expect(() => modalLabels([[1, 2], [1]])).toThrow('modalLabels: expected lists of 2 labels, got 1')
  expect(() => populationPie({ dense: [[1, 2]], pruned: [[1]] })).toThrow('lists of 2 labels, got 1')
})
