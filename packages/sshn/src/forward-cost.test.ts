import { disposeAll, startEngine, toTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { memory, tidy, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { forwardMilliseconds, forwardPeakBytes } from './forward-cost.ts'

const network = unet({ dimensions: 2, channels: [4, 4], downsample: 'resize' })

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend })
  })

  test('peak bytes hold input, weights and at least the widest features, whatever else is in memory', () => {
    const weights = toTensors(network.init(createRng(1)))
    const model = { network, weights, spatial: [32, 32] }
    const peak = forwardPeakBytes(model)
    // Input, skip, raised features and logits of 1, 4, 4 and 2 channels are alive together at the end.
    expect(peak).toBeGreaterThan(4 * (network.parameterCount + 32 * 32 * (1 + 4 + 4 + 2)))
    const other = zeros([1000, 1000])
    const before = memory()
    expect(forwardPeakBytes(model)).toBe(peak)
    expect(memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes })
    disposeAll({ ...weights, other })
  })

  test('counting stops with the pass', () => {
    const weights = toTensors(network.init(createRng(1)))
    const bad = { network, weights: { ...weights, 'head.0.bias': zeros([3]) }, spatial: [8, 8] }
    expect(() => tidy(() => void forwardPeakBytes(bad))).toThrow('head.0.bias')
    const peak = forwardPeakBytes({ network, weights, spatial: [8, 8] })
    expect(forwardPeakBytes({ network, weights, spatial: [16, 16] })).toBeGreaterThan(peak)
    disposeAll({ ...weights, bias: bad.weights['head.0.bias'] })
  })

  test('time is that of the clock', () => {
    const weights = toTensors(network.init(createRng(1)))
    const ticks = [100, 130]
    expect(forwardMilliseconds({ network, weights, spatial: [8, 8] }, () => ticks.shift() ?? NaN)).toBe(30)
    disposeAll(weights)
  })
})
