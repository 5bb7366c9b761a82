import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { averageRows, denseRows, linearRows, nearestRows, transposeRows } from './sparse-rows.ts'

const size = fc.integer({ min: 1, max: 12 })

describe('sparse rows', () => {
  it('hold the weights of linear interpolation worked out by hand', () => {
    expect([...denseRows(linearRows(2, 4))]).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1])
    expect([...denseRows(nearestRows(3, 2))]).toEqual([1, 0, 0, 0, 0, 1])
    expect([...denseRows(averageRows(3, 2))]).toEqual([0.5, 0.5, 0, 0, 0, 1])
  })

  it('sum to one in every row', () => {
    fc.assert(
      fc.property(size, size, (source, target) => {
        for (const rows of [linearRows(source, target), nearestRows(source, target), averageRows(source, target)]) {
          const dense = denseRows(rows)
          for (let row = 0; row < rows.rows; row++)
            expect(dense.slice(row * rows.columns, (row + 1) * rows.columns).reduce((a, b) => a + b, 0)).toBeCloseTo(
              1,
              5,
            )
        }
      }),
    )
  })

  it('transpose to the transposed dense matrix', () => {
    fc.assert(
      fc.property(size, size, (source, target) => {
        const [rows, dense] = [linearRows(source, target), denseRows(linearRows(source, target))]
        const transposed = denseRows(transposeRows(rows))
        for (let i = 0; i < target; i++)
          for (let j = 0; j < source; j++) expect(transposed[j * target + i]).toBe(dense[i * source + j])
      }),
    )
  })
})
