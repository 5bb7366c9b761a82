import { describe, expect, test } from 'vitest'
import { ConfigError } from '@leanvox/app-shell'
import { parseConfig } from './config.ts'

describe('parseConfig', () => {
  test('fills in every default', () => {
    expect(parseConfig({}, 'c.json')).toMatchObject({
      task: 'segmentation',
      data: { source: 'phantoms', count: 48, size: [64, 64], seed: 0 },
      seeds: [0],
      phi: { range: [0, 0.5], prior: 'uniform', fixed: [0.1, 0.2, 0.25, 0.3, 0.4, 0.5], capacityMatched: [0.5] },
      methods: ['sshn', 'stochastic', 'film', 'fixed', 'capacity-matched'],
      network: { channels: [24, 24, 24, 24, 24], norm: 'group' },
      training: { epochs: 30, epochsByMethod: {}, learningRate: 0.001 },
    })
  })

  test.each([
    [{ phi: { grid: [0.2, 0.3, 0.2] } }, 'phi.grid: expected each factor once, got [0.2,0.3,0.2]'],
    [{ phi: { grid: [0.5, 1.5] } }, 'phi.grid.1: expected number to be <=1, got 1.5'],
    [{ phi: { fixed: [0] } }, 'phi.fixed.0: expected number to be >0, got 0'],
    [{ phi: { range: [0.5, 0.2] } }, 'phi.range: expected low < high, got [0.5,0.2]'],
    [{ methods: ['sshn', 'sshn'] }, 'methods: expected each method once, got ["sshn","sshn"]'],
    [{ seeds: [1, 1] }, 'seeds: expected each seed once, got [1,1]'],
    [{ split: { validation: 0.6, test: 0.5 } }, 'split: expected validation + test below 1, got 0.6 + 0.5'],
    [{ data: { source: 'volumes' } }, 'training.patchSize: expected 3 numbers for volumes, got null'],
    [{ training: { patchSize: [8, 8, 8] } }, 'training.patchSize: expected 2 numbers for phantoms, got [8,8,8]'],
    [
      { task: 'registration', data: { source: 'volumes' }, training: { patchSize: [8, 8, 8] } },
      'task: expected images for registration, got data.source volumes',
    ],
    [{ learningRate: 1 }, 'unknown key "learningRate"'],
    [{ data: { source: 'wbc', colour: true } }, 'data: unknown key "colour"'],
    [{ network: { channels: [8] } }, 'network.channels: expected array to have >=2 items, got [8]'],
  ])('refuses %j with the key and the value', (config, message) => {
    expect(() => parseConfig(config, 'c.json')).toThrow(new ConfigError(`c.json: ${message}`))
  })
})
