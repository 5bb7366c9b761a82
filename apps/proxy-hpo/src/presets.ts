/**
 * The quickstart's configuration: small enough for two cores without a native backend.
 *
 * @module
 */

/** Phantoms, their number, and the settings that differ from the defaults. */
export const QUICKSTART = {
  phantoms: { seed: 7, cases: 16, externalCases: 5 },
  config: {
    seed: 7,
    preprocessing: { intensity: { kind: 'window', low: -120, high: 240 } },
    split: { validation: 0.2 },
    network: { levels: 3, channels: [8, 16, 32], residualUnits: 1 },
    proxyNetwork: { channels: 0.5, residualUnits: 0 },
    proxyData: { budget: 0.4 },
    training: { epochs: 4, finalEpochs: 8, patchSize: [24, 32, 32], patchesPerCase: 1, validateEvery: 4 },
    search: { trials: 5 },
    correlation: { settings: 4, randomSubsets: 1 },
    execution: { workers: 2 },
  },
} as const
