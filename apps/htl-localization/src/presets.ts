/**
 * The quickstart's configuration: the whole job on lesion phantoms, small enough for two cores without a native backend.
 *
 * @module
 */

/** The phantoms and the settings that differ from the defaults. */
export const QUICKSTART = {
  phantoms: { seed: 11, count: 320, side: 48 },
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
    execution: { workers: 1 },
  },
} as const
