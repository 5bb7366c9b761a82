/**
 * A comparison small enough for a test: every method, two factors, a network of a few hundred weights.
 *
 * @module
 */
export const SMALL_RUN = {
  data: { source: 'phantoms', count: 8, size: [16, 16], seed: 1 },
  backend: 'wasm',
  split: { validation: 0.25, test: 0.25 },
  network: { channels: [4, 4], convsPerLevel: 1 },
  hyper: { hidden: [4, 4] },
  film: { hidden: [4, 4] },
  phi: { grid: [0.25, 0.5], outOfRange: [0.75], fixed: [0.5], capacityMatched: [0.5] },
  training: { epochs: 2, batchSize: 4 },
  pictures: { cases: 2 },
}
