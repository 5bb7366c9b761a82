import { describe, expect, test } from 'vitest'
import { unetSpec, type UNetSpec } from './index.ts'

test('defaults are the 16-32-64-128 network', () => {
  expect(unetSpec()).toEqual({
    dimensions: 3,
    inChannels: 1,
    outChannels: 2,
    levels: 4,
    channels: [16, 32, 64, 128],
    residualUnits: 0,
    convsPerLevel: 2,
    norm: 'instance',
    leakiness: 0.01,
    downsample: 'max-pool',
    upsample: 'linear',
    deepSupervision: false,
  })
})

test('levels and channels follow from one another', () => {
  expect(unetSpec({ levels: 2 }).channels).toEqual([16, 32])
  expect(unetSpec({ channels: [4, 6, 8] }).levels).toBe(3)
})

test('is its own fixed point, and does not share the caller’s list', () => {
  const channels = [4, 8]
  const spec = unetSpec({ channels, norm: 'group' })
  channels[0] = 99
  expect(spec.channels).toEqual([4, 8])
  expect(unetSpec(spec)).toEqual(spec)
})

describe('refuses', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ dimensions: 4 }, 'unetSpec: expected dimensions to be one of 2, 3, got 4'],
    [{ norm: 'batch' }, 'unetSpec: expected norm to be one of instance, group, none, got batch'],
    [{ downsample: 'pool' }, 'unetSpec: expected downsample to be one of max-pool, resize, stride, got pool'],
    [{ upsample: 'cubic' }, 'unetSpec: expected upsample to be one of linear, nearest, transposed, got cubic'],
    [{ deepSupervision: 1 }, 'unetSpec: expected deepSupervision to be one of true, false, got 1'],
    [{ levels: 0 }, 'unetSpec: expected levels to be a whole number of at least 1, got 0'],
    [{ inChannels: 1.5 }, 'unetSpec: expected inChannels to be a whole number of at least 1, got 1.5'],
    [{ residualUnits: -1 }, 'unetSpec: expected residualUnits to be a whole number of at least 0, got -1'],
    [{ convsPerLevel: 0 }, 'unetSpec: expected convsPerLevel to be a whole number of at least 1, got 0'],
    [{ levels: 3, channels: [4, 8] }, 'unetSpec: expected channels for 3 levels, got 2 in [4, 8]'],
    [{ channels: [4, 0] }, 'unetSpec: expected channels[1] to be a whole number of at least 1, got 0'],
    [{ leakiness: 2 }, 'unetSpec: expected leakiness in [0, 1], got 2'],
  ])('%j', (parts, message) => {
    expect(() => unetSpec(parts as Partial<UNetSpec>)).toThrow(new RangeError(message))
  })

  test('an unknown key, naming it', () => {
    expect(() => unetSpec({ depth: 4 } as Partial<UNetSpec>)).toThrow(/^unetSpec: expected keys among .*, got depth$/)
  })
})
