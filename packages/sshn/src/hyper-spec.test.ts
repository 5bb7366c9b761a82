import { expect, test } from 'vitest'
import { hyperSpec, type HyperParts, primarySpec } from './hyper-spec.ts'

test('the reference primary has 24 channels at five levels, two convolutions and group normalisation', () => {
  expect(primarySpec()).toMatchObject({
    dimensions: 2,
    levels: 5,
    channels: [24, 24, 24, 24, 24],
    convsPerLevel: 2,
    leakiness: 0.01,
    norm: 'group',
  })
  expect(primarySpec({ levels: 3 }).channels).toEqual([24, 24, 24])
  expect(primarySpec({ channels: [4, 8] }).levels).toBe(2)
})

test('a spec tells training the ends of its primary', () => {
  const spec = hyperSpec({
    primary: { dimensions: 3, inChannels: 2, outChannels: 4, channels: [4, 4] },
    hidden: [6, 7],
  })
  expect(spec).toMatchObject({ dimensions: 3, inChannels: 2, outChannels: 4, deepSupervision: false })
  expect(spec).toMatchObject({ encoding: 'z,1-z', range: [0, 0.5], residual: true, headFactor: 1 / 7 })
})

test('a spec survives JSON', () => {
  const spec = hyperSpec({ hidden: [8] })
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
})

test.each<[HyperParts, string]>([
  [{ width: 3 } as HyperParts, 'hyperSpec: expected keys among primary, hidden, encoding, range, perLevel, '],
  [{ hidden: [] }, 'hyperSpec: expected hidden widths of at least 1, got []'],
  [{ hidden: [16, 0] }, 'hyperSpec: expected hidden widths of at least 1, got [16, 0]'],
  [{ encoding: 'z' as 'cos,sin' }, 'hyperSpec: expected an encoding among z,1-z and cos,sin, got z'],
  [{ range: [0.5, 0.2] }, 'hyperSpec: expected a range with 0 <= low < high <= 1, got [0.5, 0.2]'],
  [{ headShare: 0 }, 'hyperSpec: expected headShare in (0, 1], got 0'],
  [{ headFactor: -1 }, 'hyperSpec: expected a positive headFactor, got -1'],
  [{ residual: 1 as unknown as boolean }, 'hyperSpec: expected residual to be true or false, got 1'],
  [{ perLevel: true, primary: { channels: [4] } }, 'hyperSpec: expected at least 2 levels with perLevel, got 1'],
  [
    { primary: { upsample: 'transposed' } },
    'hyperSpec: expected a primary with upsample linear or nearest, got transposed',
  ],
  [{ primary: { channels: [4, 0] } }, 'unetSpec: expected channels[1] to be a whole number of at least 1, got 0'],
])('%j is refused', (parts, message) => {
  expect(() => hyperSpec(parts)).toThrow(message)
})
