/**
 * The smallest search that has every step: one arm, two trials, the final training; six trainings in all.
 *
 * @module
 */

export const SMALL_SEARCH = {
  seed: 3,
  backend: 'wasm',
  preprocessing: { intensity: { kind: 'window', low: -120, high: 240 } },
  network: { levels: 2, channels: [4, 8], residualUnits: 0, convsPerLevel: 1 },
  proxyNetwork: { channels: 0.5 },
  training: { epochs: 4, finalEpochs: 2, patchSize: [16, 16, 16], patchesPerCase: 4, validateEvery: 1 },
  search: {
    arms: ['full-net/full-data'],
    trials: 2,
    space: { learningRate: { type: 'float', low: 3e-3, high: 3e-2, log: true } },
  },
  correlation: { settings: 0 },
}
