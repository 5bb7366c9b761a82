import { describe, expect, it, test } from 'vitest'
import { ConfigError } from '@leanvox/app-shell'
import { readFileSync } from 'node:fs'
import { parseConfig } from './config.ts'
import { QUICKSTART } from './presets.ts'

describe('parseConfig', () => {
  it('fills in every default', () => {
    const config = parseConfig({}, 'x')
    expect(config.settings).toEqual(['supervised', 'semi-supervised', 'weakly-supervised'])
    expect(config.arms).toEqual(['plain', 'htl', 'random', 'high-loss', 'focal'])
    expect(config.seeds).toEqual([0, 1, 2])
    expect(config.supervised.htl.sparsities).toEqual([0.5, 0.7, 0.9])
    expect(parseConfig(config, 'x')).toEqual(config)
  })

  it('takes the configurations that come with the app', () => {
    parseConfig(QUICKSTART.config, 'quickstart')
    const path = new URL('../configs/isic.json', import.meta.url)
    const config = parseConfig(JSON.parse(readFileSync(path, 'utf8')), 'isic.json')
    expect([config.settings.length, config.arms.length, config.seeds.length]).toEqual([3, 5, 3])
  })

  it('fills nothing in for what the sweep leaves alone', () => {
    const { sweep } = parseConfig({ sweep: [{ name: 'a', knob: 'k', htl: { strength: 3 } }] }, 'x')
    expect(sweep[0].htl).toEqual({ strength: 3 })
  })

  test.each([
    [
      { supervised: { htl: { sparsities: [0.5, 0] } } },
      'x: supervised.htl.sparsities.1: expected a sparsity above 0 (nothing would be pruned), got 0',
    ],
    [
      { find: { sparsities: [1] } },
      'x: find.sparsities.0: expected a sparsity below 1 (no weight would be left), got 1',
    ],
    [{ supervized: {} }, 'x: unknown key "supervized"'],
    [{ arms: ['plain', 'plain'] }, 'x: arms: expected each arm once, got ["plain","plain"]'],
    [{ seeds: [] }, 'x: seeds: expected array to have >=1 items, got []'],
    [{ split: { validation: 0.5, test: 0.5 } }, 'x: split: expected validation + test below 1, got 0.5 + 0.5'],
    [{ supervised: { network: { levels: 2 } } }, /^x: supervised\.network: unetSpec: expected/],
    [{ weaklySupervised: { network: { channels: [] } } }, /^x: weaklySupervised\.network\.channels: expected/],
    [
      { semiSupervised: { labelledPerBatch: 16 } },
      'x: semiSupervised.labelledPerBatch: expected less than batchSize (16), got 16',
    ],
    [{ weaklySupervised: { htl: { measure: 'iou-drop' } } }, /^x: weaklySupervised\.htl\.measure: .*"iou-drop"$/],
    [{ semiSupervised: { htl: { measure: 'loss-rise' } } }, /^x: semiSupervised\.htl\.measure: .*"loss-rise"$/],
    [
      { sweep: [1, 2].map(() => ({ name: 'a', knob: 'k', htl: {} })) },
      'x: sweep: expected each name once, got supervised/a twice',
    ],
    [[], 'x: expected object, got []'],
  ])('%j is refused by name', (value, message) => {
    expect(() => parseConfig(value, 'x')).toThrow(message instanceof RegExp ? message : new ConfigError(message))
  })
})
