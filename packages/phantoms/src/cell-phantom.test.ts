import { createHash } from 'node:crypto'
import { connectedComponents } from '@leanvox/volume'
import { expect, test } from 'vitest'
import { cellPhantom, type CellPhantom } from './index.ts'

const cells = Array.from({ length: 24 }, (_, number) => cellPhantom({ seed: 2, case: number, shape: [1, 48, 48] }))

function digest({ image, label }: CellPhantom): string {
  const bytes = Uint8Array.from(image, (value) => Math.round(255 * value))
  return createHash('sha256').update(bytes).update(label).digest('hex')
}

test('the same options give the same bytes, today and on the day this hash was written', () => {
  expect(digest(cellPhantom({ seed: 7, case: 3 }))).toBe(
    'b22012b11831998fc99553956d8cbf80c8ec4906358ee648b1ca89c53a6c4f96',
  )
})

test('seed and case each give another smear', () => {
  const all = [{ seed: 1 }, { seed: 2 }, { seed: 1, case: 1 }].map((options) => digest(cellPhantom(options)))
  expect(new Set(all).size).toBe(3)
})

test('a case is a prepared one: three planes in [0, 1] in steps of 1/255, one label per pixel, depth 1', () => {
  const cell = cellPhantom({ seed: 1, case: 12, shape: [1, 40, 56] })
  expect(cell).toMatchObject({ id: 'cell-012', channels: 3, shape: [1, 40, 56], spacing: [1, 1, 1], hasLabel: true })
  expect([cell.image.length, cell.label.length]).toEqual([3 * 40 * 56, 40 * 56])
  expect(
    cell.image.every((value) => value >= 0 && value <= 1 && Math.fround(Math.round(value * 255) / 255) === value),
  ).toBe(true)
})

test('every smear has one connected cell with cytoplasm around a nucleus, away from the corners', () => {
  for (const { label, shape } of cells) {
    expect([...new Set(label)].sort()).toEqual([0, 1, 2])
    const { sizes } = connectedComponents(
      { data: label.map((value) => Math.min(value, 1)), shape },
      { connectivity: 26 },
    )
    expect(sizes.length).toBe(1)
    expect([label[0], label[47], label[48 * 47], label[48 * 48 - 1]]).toEqual([0, 0, 0, 0])
  }
})

test('the nucleus is darker than the cytoplasm and the cytoplasm darker than most of the rest', () => {
  for (const { difficulty } of cells) {
    expect(difficulty.nucleusContrast).toBeGreaterThan(0.08)
    expect(difficulty.cytoplasmContrast).toBeGreaterThan(0)
  }
})

test('cells vary in size and contrast by more than a factor of two, and red cells are about', () => {
  const spread = (of: (cell: CellPhantom) => number) => Math.max(...cells.map(of)) / Math.min(...cells.map(of))
  expect(spread(({ difficulty }) => difficulty.cellPixels)).toBeGreaterThan(2)
  expect(spread(({ difficulty }) => difficulty.cytoplasmContrast)).toBeGreaterThan(2)
  expect(cells.every(({ difficulty }) => difficulty.redCells > 0)).toBe(true)
})

test('difficulty counts the label map', () => {
  const { label, difficulty } = cells[5]
  const count = (value: number) => [...label].filter((one) => one === value).length
  expect(difficulty.nucleusPixels).toBe(count(2))
  expect(difficulty.cellPixels).toBe(count(1) + count(2))
})

test('a finer grid shows the same cell: its share of the image stays', () => {
  const coarse = cellPhantom({ seed: 3, case: 1, shape: [1, 32, 32] }).difficulty.cellPixels / 32 ** 2
  const fine = cellPhantom({ seed: 3, case: 1, shape: [1, 96, 96] }).difficulty.cellPixels / 96 ** 2
  expect(Math.abs(coarse / fine - 1)).toBeLessThan(0.05)
})

test.each([
  ['cellPhantom: expected case to be a whole number >= 0, got 0.5', { case: 0.5 }],
  [
    'cellPhantom: expected shape [1, height, width] of at least [1, 16, 16], got [2, 32, 32]',
    { shape: [2, 32, 32] as const },
  ],
  [
    'cellPhantom: expected shape [1, height, width] of at least [1, 16, 16], got [1, 32, 15]',
    { shape: [1, 32, 15] as const },
  ],
])('%s', (message, options) => {
  expect(() => cellPhantom({ seed: 1, ...options })).toThrow(new RangeError(message))
})
