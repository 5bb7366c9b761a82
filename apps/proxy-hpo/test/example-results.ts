/**
 * The results of a made-up run, round numbers throughout.
 *
 * @module
 */
import type { RunResults } from '../src/results-page.ts'
import type { ArmRow, CorrelationRow } from '../src/results.ts'

const arm = (name: string, given: Partial<ArmRow>): ArmRow => ({
  arm: name,
  trials: 2,
  failed: 0,
  searchSeconds: 40,
  searchMultiplyAdds: 8e9,
  speedup: 1,
  speedupMultiplyAdds: 1,
  best: { learningRate: 0.0123456, loss: 'dice' },
  validationDice: 0.8,
  finalDice: 0.75,
  finalHd95: 3.5,
  finalMissed: 0,
  ...given,
})

const correlation: CorrelationRow = {
  condition: 'proxy-net',
  settings: 3,
  score: 'validation',
  spearman: { estimate: 0.5, low: -0.5, high: 1, degenerate: 12 },
  pearson: 0.25,
  kendall: 1 / 3,
  points: [
    { full: 0.1, proxy: 0.2 },
    { full: 0.4, proxy: 0.6 },
    { full: 0.5, proxy: 0.4 },
  ],
}

/** Two arms, one correlation, three rungs; the proxy arm's last training missed a label. */
export const EXAMPLE_RESULTS: RunResults = {
  provenance: {
    dataset: 'Examples',
    command: 'npm run proxy-hpo -- run --data d --out o',
    commit: null,
    date: '2026-01-02',
    machine: 'a machine',
    backend: 'wasm',
    seed: 9,
  },
  cases: { train: 4, validation: 1, test: 2, proxy: 2, setAside: 1 },
  settings: { trials: 2, sampler: 'tpe', epochs: 3, finalEpochs: 5 },
  selectionSeconds: 2,
  arms: [
    arm('full-net/full-data', {}),
    arm('proxy-net/proxy-data', {
      searchSeconds: 8,
      speedup: 5,
      searchMultiplyAdds: 8e8,
      speedupMultiplyAdds: 10,
      finalDice: NaN,
      finalMissed: 2,
      failed: 1,
    }),
  ],
  correlations: [correlation],
  ladder: [
    { name: 'full-net', parameters: 1000, multiplyAdds: 4e9, stepSeconds: 0.5 },
    { name: 'proxy-net', parameters: 250, multiplyAdds: 1e9, stepSeconds: 0.125 },
    { name: 'levels/2', parameters: 400, multiplyAdds: 2e9, stepSeconds: NaN },
  ],
  trials: [
    {
      study: 'search/full-net/full-data',
      number: 0,
      setting: { learningRate: 0.01 },
      state: 'complete',
      validationDice: 0.8,
      testDice: null,
      seconds: 40,
      multiplyAdds: 8e9,
    },
  ],
}
