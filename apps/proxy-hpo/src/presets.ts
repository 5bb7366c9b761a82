/**
 * The quickstart's configuration: all steps of the job, small enough for two cores without a native backend.
 *
 * @module
 */

/** The phantoms and the settings that differ from the defaults. */
export const QUICKSTART = {
  phantoms: { seed: 7, cases: 16, externalCases: 5 },
  config: {
    seed: 7,
    preprocessing: { intensity: { kind: 'window', low: -120, high: 240 } },
    split: { validation: 0.2 },
    network: { levels: 3, channels: [8, 16, 32], residualUnits: 1 },
    proxyNetwork: { channels: 0.5 },
    proxyData: { budget: 0.5 },
    training: { epochs: 4, finalEpochs: 6, patchSize: [24, 32, 32], patchesPerCase: 2, validateEvery: 4 },
    search: {
      trials: 5,
      startupTrials: 3,
      space: {
        learningRate: { type: 'float', low: 1e-3, high: 3e-2, log: true },
        loss: { type: 'categorical', choices: ['dice', 'dice-cross-entropy', 'focal'] },
        augmentationProbability: { type: 'float', low: 0, high: 0.5 },
      },
    },
    correlation: { settings: 4, randomSubsets: 1 },
    execution: { workers: 2 },
  },
} as const
