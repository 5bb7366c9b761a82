/**
 * The quickstart's configuration: the whole job on lesion phantoms, small enough for two cores without a native backend.
 *
 * @module
 */

/** The phantoms and the settings that differ from the defaults. */
export const QUICKSTART = {
  phantoms: {
    seed: 11,
    count: 400,
    side: 48,
    shares: { small: 0.1, lowContrast: 0.12, rareSite: 0.12, missing: 0.05 },
  },
  config: {
    settings: ['supervised'],
    arms: ['plain', 'htl', 'random'],
    seeds: [0, 1],
    data: { size: [48, 48] },
    supervised: {
      network: { levels: 3, channels: [8, 16, 32] },
      epochs: 12,
      batchSize: 16,
      learningRate: 4e-3,
      htl: { warmup: 4, every: 4 },
    },
    find: { sparsities: [0.3, 0.5, 0.7, 0.9], fraction: 0.2 },
    execution: { workers: 1 },
  },
} as const
