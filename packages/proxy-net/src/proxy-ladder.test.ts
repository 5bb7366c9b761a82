import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unet, unetSpec } from '@leanvox/nets'
import { proxyLadder, shrink, timeLadder } from './index.ts'

const full = unetSpec({ channels: [16, 32, 64, 128], residualUnits: 2 })
const patchSize = [32, 32, 32]

describe('shrink', () => {
  test('drops the deepest levels and scales channels', () => {
    expect(shrink(full, { levels: 2 })).toEqual({ ...full, levels: 2, channels: [16, 32] })
    expect(shrink(full, { channels: 0.25 })).toEqual({ ...full, channels: [4, 8, 16, 32] })
    expect(shrink(full, { levels: 3, channels: [8, 8, 9], residualUnits: 0 })).toEqual({
      ...full,
      levels: 3,
      channels: [8, 8, 9],
      residualUnits: 0,
    })
    expect(shrink(full, {})).toEqual(full)
  })

  test('rounds channels and keeps at least one', () => {
    expect(shrink(unetSpec({ channels: [1, 3, 5] }), { channels: 0.5 }).channels).toEqual([1, 2, 3])
    expect(shrink(full, { channels: 1e-6 }).channels).toEqual([1, 1, 1, 1])
  })

  test('refuses to grow and to leave no network', () => {
    expect(() => shrink(full, { levels: 5 })).toThrow(new RangeError('shrink: expected at most 4 levels, got 5'))
    expect(() => shrink(full, { residualUnits: 3 })).toThrow(
      new RangeError('shrink: expected at most 2 residual units, got 3'),
    )
    expect(() => shrink(full, { convsPerLevel: 3 })).toThrow(
      new RangeError('shrink: expected at most 2 convolutions per level, got 3'),
    )
    expect(() => shrink(full, { channels: 2 })).toThrow(
      new RangeError('shrink: expected a channel factor above 0 and at most 1, got 2'),
    )
    expect(() => shrink(full, { channels: 0 })).toThrow(RangeError)
    expect(() => shrink(full, { levels: 0 })).toThrow(/levels to be a whole number of at least 1, got 0/)
    expect(() => shrink(full, { channels: [8, 8] })).toThrow(/expected channels for 4 levels, got 2/)
  })
})

describe('proxyLadder', () => {
  const ladder = proxyLadder(full, { patchSize })
  const byName = new Map(ladder.map((rung) => [rung.name, rung]))

  test('reduces each factor alone and all together', () => {
    expect([...byName.keys()].sort()).toEqual([
      'channels/2',
      'channels/4',
      'channels/8',
      'full',
      'joint/2',
      'joint/4',
      'joint/8',
      'levels-1',
      'levels-2',
      'residual-1',
      'residual-2',
    ])
    expect(byName.get('residual-1')?.spec).toEqual({ ...full, residualUnits: 1 })
    expect(byName.get('channels/4')?.spec).toEqual({ ...full, channels: [4, 8, 16, 32] })
    expect(byName.get('levels-2')?.spec).toEqual({ ...full, levels: 2, channels: [16, 32] })
    expect(byName.get('joint/2')?.spec).toEqual({ ...full, levels: 3, channels: [8, 16, 32], residualUnits: 1 })
    expect(byName.get('joint/8')?.spec).toEqual({ ...full, levels: 2, channels: [2, 4], residualUnits: 0 })
  })

  test('counts what the networks count', () => {
    for (const rung of ladder) {
      const network = unet(rung.spec)
      expect(rung.parameters).toBe(network.parameterCount)
      expect(rung.multiplyAdds).toBe(network.multiplyAdds(patchSize))
      expect(rung.relativeCost).toBe(rung.multiplyAdds / ladder[0].multiplyAdds)
    }
  })

  test('has the cost worked out by hand for the smallest U-Net', () => {
    // 8 x 8 pixels; encoder 1 to 4 channels, bottleneck 4 to 6 at 4 x 4, decoder 10 to 4, head 4 to 2; one 3 x 3
    // convolution each: 64 (9 (4 + 40) + 8) + 16 (9 x 24). Halved: 64 (9 (2 + 10) + 4) + 16 (9 x 6).
    const tiny = unetSpec({ dimensions: 2, channels: [4, 6], convsPerLevel: 1 })
    const costs = proxyLadder(tiny, { patchSize: [8, 8] }).map(({ name, multiplyAdds }) => [name, multiplyAdds])
    expect(costs).toEqual([
      ['full', 64 * (9 * 44 + 8) + 16 * 9 * 24],
      ['channels/2', 64 * (9 * 12 + 4) + 16 * 9 * 6],
    ])
  })

  test('offers fewer convolutions only where there are no residual units', () => {
    const plain = proxyLadder(unetSpec({ channels: [8, 16] }), { patchSize: [16, 16, 16] })
    expect(plain.map(({ name }) => name)).toEqual(['full', 'convs-1', 'channels/2', 'channels/4'])
  })

  test('stops at the limits given', () => {
    const names = proxyLadder(full, { patchSize, minimumChannels: 8, minimumLevels: 1 }).map(({ name }) => name)
    expect(names).toContain('levels-3')
    expect(names).toContain('channels/2')
    expect(names).not.toContain('channels/4')
    const least = proxyLadder(unetSpec({ levels: 1, channels: [1], convsPerLevel: 1 }), { patchSize })
    expect(least.map(({ name }) => name)).toEqual(['full'])
  })

  test('is ordered by cost, without duplicates, and never leaves the family', () => {
    const specs = fc.record({
      dimensions: fc.constantFrom(2, 3),
      channels: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      residualUnits: fc.integer({ min: 0, max: 3 }),
      convsPerLevel: fc.integer({ min: 1, max: 3 }),
      upsample: fc.constantFrom('linear', 'transposed'),
    })
    fc.assert(
      fc.property(specs, (parts) => {
        const spec = unetSpec(parts)
        const rungs = proxyLadder(spec, { patchSize: [16, 16, 16].slice(0, spec.dimensions) })
        expect(rungs[0]).toMatchObject({ name: 'full', spec, relativeCost: 1 })
        expect(new Set(rungs.map((rung) => rung.name)).size).toBe(rungs.length)
        expect(new Set(rungs.map((rung) => JSON.stringify(rung.spec))).size).toBe(rungs.length)
        for (const [k, { spec: smaller, multiplyAdds, relativeCost }] of rungs.entries()) {
          if (k === 0) continue
          expect(multiplyAdds).toBeLessThanOrEqual(rungs[k - 1].multiplyAdds)
          expect(relativeCost).toBeLessThan(1)
          expect(Math.min(...smaller.channels)).toBeGreaterThanOrEqual(Math.min(2, ...spec.channels))
          expect(smaller.levels).toBeGreaterThanOrEqual(Math.min(2, spec.levels))
          expect(smaller.residualUnits).toBeGreaterThanOrEqual(0)
          expect([smaller.inChannels, smaller.outChannels]).toEqual([spec.inChannels, spec.outChannels])
        }
      }),
      { numRuns: 60 },
    )
  })

  test('refuses limits below one and a patch of other dimensions', () => {
    expect(() => proxyLadder(full, { patchSize, minimumChannels: 0 })).toThrow(
      new RangeError('proxyLadder: expected minimumChannels of at least 1, got 0'),
    )
    expect(() => proxyLadder(full, { patchSize, minimumLevels: 1.5 })).toThrow(
      new RangeError('proxyLadder: expected minimumLevels of at least 1, got 1.5'),
    )
    expect(() => proxyLadder(full, { patchSize: [32, 32] })).toThrow(RangeError)
  })
})

describe('timeLadder', () => {
  const rungs = [{ name: 'full' }, { name: 'channels/2' }]

  test('measures one rung after the other and adds the seconds', async () => {
    let running = 0
    const time = async ({ name }: { name: string }) => {
      expect(++running).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running--
      return name.length
    }
    expect(await timeLadder(rungs, { time })).toEqual([
      { name: 'full', stepSeconds: 4 },
      { name: 'channels/2', stepSeconds: 10 },
    ])
  })

  test('refuses what is no time', async () => {
    await expect(timeLadder(rungs, { time: () => 0 })).rejects.toThrow(
      new RangeError('timeLadder: expected positive seconds for full, got 0'),
    )
  })
})
