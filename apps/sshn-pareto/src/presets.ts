/**
 * The quickstart's configuration: SSHN beside its baselines on cell phantoms, small enough for two cores without a native
 * backend.
 *
 * @module
 */
export const QUICKSTART = {
  data: { source: 'phantoms', count: 40, size: [48, 48], seed: 3 },
  seeds: [0],
  split: { validation: 0.15, test: 0.25 },
  network: { channels: [12, 12, 12] },
  hyper: { hidden: [16, 32] },
  film: { hidden: [16, 32] },
  phi: {
    grid: [0.1, 0.2, 0.25, 0.3, 0.4, 0.5],
    outOfRange: [0.6, 0.8, 1],
    fixed: [0.25, 0.5],
    capacityMatched: [0.5],
  },
  training: { epochs: 40, batchSize: 4, learningRate: 0.004 },
  pictures: { cases: 4 },
  execution: { workers: 2 },
}
