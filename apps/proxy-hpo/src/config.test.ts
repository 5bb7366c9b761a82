import { describe, expect, test } from 'vitest'
import { ConfigError } from '@leanvox/app-shell'
import { parseConfig } from './config.ts'

describe('parseConfig', () => {
  test('fills in every default', () => {
    expect(parseConfig({}, 'c.json')).toMatchInlineSnapshot(`
      {
        "backend": "auto",
        "correlation": {
          "randomSubsets": 2,
          "rungs": [],
          "settings": 6,
        },
        "execution": {
          "heartbeatTimeoutSeconds": 600,
          "maxRetries": 1,
          "workers": 1,
        },
        "maxCases": null,
        "network": {
          "channels": [
            8,
            16,
            32,
          ],
          "convsPerLevel": 2,
          "downsample": "max-pool",
          "levels": 3,
          "norm": "instance",
          "residualUnits": 1,
          "upsample": "linear",
        },
        "onBadCase": "skip",
        "precision": "float32",
        "preprocessing": {
          "cropForeground": false,
          "intensity": {
            "kind": "z-score",
          },
          "spacing": null,
        },
        "proxyData": {
          "budget": 0.35,
          "grid": [
            16,
            16,
            16,
          ],
          "measure": "normalized-mutual-information",
          "region": "roi",
          "strategy": "greedy-cover",
        },
        "proxyNetwork": {
          "channels": 0.5,
          "residualUnits": 0,
        },
        "search": {
          "arms": [
            "full-net/full-data",
            "full-net/proxy-data",
            "proxy-net/full-data",
            "proxy-net/proxy-data",
          ],
          "pruner": "none",
          "sampler": "tpe",
          "space": {
            "augmentationProbability": {
              "high": 0.8,
              "log": false,
              "low": 0,
              "type": "float",
            },
            "learningRate": {
              "high": 0.1,
              "log": true,
              "low": 0.0001,
              "type": "float",
            },
            "loss": {
              "choices": [
                "dice",
                "dice-cross-entropy",
                "focal",
              ],
              "type": "categorical",
            },
          },
          "startupTrials": 5,
          "trials": 10,
        },
        "seed": 0,
        "split": {
          "test": 0.2,
          "validation": 0.2,
        },
        "training": {
          "batchSize": 1,
          "epochs": 8,
          "finalEpochs": 12,
          "fixed": {},
          "patchSize": [
            32,
            32,
            32,
          ],
          "patchesPerCase": 1,
          "validateEvery": 2,
        },
      }
    `)
  })

  test('keeps what is given and gives itself back when it is read again', () => {
    const given = {
      seed: 4,
      search: { trials: 3, arms: ['proxy-net/proxy-data'] },
      training: { fixed: { loss: 'dice' } },
    }
    const config = parseConfig(given, 'c.json')
    expect(config).toMatchObject(given)
    expect(parseConfig(JSON.parse(JSON.stringify(config)), 'c.json')).toEqual(config)
  })

  test.each([
    [{ sedd: 1 }, 'unknown key "sedd"'],
    [{ search: { trails: 4, arm: [] } }, 'search: unknown key "trails", "arm"'],
    [{ search: { trials: 'many' } }, 'search.trials: expected number, got "many"'],
    [{ search: { trials: NaN } }, 'search.trials: expected number, got NaN'],
    [{ search: { trials: 2.5 } }, 'search.trials: expected int, got 2.5'],
    [{ network: { norm: 'batch' } }, 'network.norm: expected one of "instance"|"group"|"none", got "batch"'],
    [{ network: { levels: 2 } }, 'network.channels: expected 2 entries (network.levels), got 3'],
    [{ training: { patchSize: [16, 16] } }, 'training.patchSize: expected array to have >=3 items, got [16,16]'],
    [{ training: { fixed: { momentum: 1 } } }, 'training.fixed: unknown key "momentum"'],
    [
      { preprocessing: { intensity: { kind: 'window', low: 1 } } },
      'preprocessing.intensity.high: expected number, got nothing',
    ],
    [
      { preprocessing: { intensity: { kind: 'window', low: 5, high: 5 } } },
      'preprocessing.intensity: expected low < high, got {"kind":"window","low":5,"high":5}',
    ],
    [
      { preprocessing: { intensity: { kind: 'max' } } },
      `preprocessing.intensity.kind: expected 'z-score' | 'window', got {"kind":"max"}`,
    ],
    [{ split: { validation: 0.5, test: 0.5 } }, 'split: expected validation + test below 1, got 0.5 + 0.5'],
    [{ search: { arms: [] } }, 'search.arms: expected array to have >=1 items, got []'],
    [
      { search: { arms: ['full-net/full-data', 'full-net/full-data'] } },
      'search.arms: expected each arm once, got ["full-net/full-data","full-net/full-data"]',
    ],
    [{ proxyNetwork: { levels: 4 } }, 'proxyNetwork: shrink: expected at most 3 levels, got 4'],
    [
      { correlation: { rungs: [{}, { residualUnits: 2 }] } },
      'correlation.rungs.1: shrink: expected at most 1 residual units, got 2',
    ],
    [{ seed: -1, backend: 'gpu' }, 'seed: expected number to be >=0, got -1; backend: expected one of '],
    [[], 'expected object, got []'],
    [null, 'expected object, got null'],
  ])('refuses %j', (value, message) => {
    const attempt = () => parseConfig(value, 'folder/c.json')
    expect(attempt).toThrow(ConfigError)
    expect(attempt).toThrow(new RegExp(`^${escaped(`folder/c.json: ${message}`)}`))
  })
})

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
