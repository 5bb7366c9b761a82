import { expect, test } from 'vitest'
import { abdomenDataset, abdomenPhantom } from './index.ts'

const small = { seed: 3, shape: [8, 20, 20], spacing: [6, 4, 4] } as const

test('case n is the same alone and in every data set that holds it', () => {
  const dataset = abdomenDataset({ ...small, count: 3, first: 2, site: 'b' })
  expect(dataset.map(({ id }) => id)).toEqual(['b-002', 'b-003', 'b-004'])
  expect(dataset[1]).toEqual(abdomenPhantom({ ...small, case: 3, site: 'b' }))
})

test('organs of a data set differ in size', () => {
  const sizes = abdomenDataset({ ...small, count: 12 }).map(({ difficulty }) => difficulty.organVoxels)
  expect(Math.max(...sizes)).toBeGreaterThan(1.5 * Math.min(...sizes))
})

test('no cases are an empty data set, a broken count is named', () => {
  expect(abdomenDataset({ seed: 1, count: 0 })).toEqual([])
  expect(() => abdomenDataset({ seed: 1, count: 1.5 })).toThrow(
    new RangeError('abdomenDataset: expected count to be a whole number >= 0, got 1.5'),
  )
})
