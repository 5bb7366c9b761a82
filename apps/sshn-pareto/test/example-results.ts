/**
 * Results of a comparison that nobody ran: two methods, two seeds, three factors; and pictures that change with φ.
 *
 * @module
 */
import type { StoredCases } from '../src/cases.ts'
import { parseConfig, type MethodName } from '../src/config.ts'
import type { Illustration } from '../src/illustrate-job.ts'
import type { JobResult, SweptPoint } from '../src/job-result.ts'
import { collectResults, type ResultsInput } from '../src/results.ts'

const config = parseConfig(
  {
    data: { source: 'wbc' },
    seeds: [0, 1],
    methods: ['sshn', 'fixed'],
    phi: { grid: [0.25, 0.5], outOfRange: [1], fixed: [0.25, 0.5] },
  },
  'test',
)
const stored: StoredCases = {
  dataset: 'White blood cells, set 1',
  labels: { background: 0, cytoplasm: 1, nucleus: 2 },
  classes: 3,
  channels: 3,
  shape: [1, 8, 8],
  cases: [],
  split: { train: [0, 1], validation: [2], test: [3] },
  warnings: ['one oddity'],
  setAside: [],
}
const environment = {
  node: 'v24',
  platform: 'linux',
  processor: 'CPU',
  cores: 2,
  memoryGiB: 8,
  startedAt: '2026-11-21T00:00:00Z',
  command: 'npm run sshn-pareto -- run',
  commit: 'abc',
}
const point = (phi: number, dice: number): SweptPoint => ({
  phi,
  dice,
  validationDice: phi > 0.5 ? null : dice - 0.01,
  labels: { 1: dice, 2: dice },
  caseDice: [dice],
  multiplyAdds: 1e8 * phi,
  milliseconds: 10 * phi,
  peakBytes: 2 ** 20,
})
const job = (method: MethodName, phi: number | null, seed: number): Omit<JobResult, 'points' | 'trainSeconds'> => ({
  ...{ method, phi, seed, backend: 'onednn', precision: 'bfloat16', parameters: 100 },
  ...{ trainMultiplyAdds: 1e12, steps: 10, epochs: 2, finalLoss: 0.1, baselineDice: null },
})
const sshn = (seed: number, shift: number): JobResult => ({
  ...job('sshn', null, seed),
  trainSeconds: 30,
  points: [point(0.25, 0.9 + shift), point(0.5, 0.95 + shift), point(1, 0.7 + shift)],
})
const fixed = (phi: number, seed: number, dice: number): JobResult => ({
  ...job('fixed', phi, seed),
  trainSeconds: 20,
  points: [point(phi, dice)],
})
const all = [
  sshn(0, 0),
  fixed(0.25, 0, 0.91),
  fixed(0.5, 0, 0.94),
  sshn(1, 0.02),
  fixed(0.25, 1, 0.91),
  fixed(0.5, 1, 0.94),
]

export const EXAMPLE_INPUT: ResultsInput = { stored, config, environment, results: all, planned: 6 }
export const EXAMPLE_RESULTS = collectResults(EXAMPLE_INPUT)

const SIDE = 24
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const disc = (radius: number) =>
  base64(
    Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
      Math.hypot((i % SIDE) - 11.5, Math.floor(i / SIDE) - 11.5) < radius ? 1 : 0,
    ),
  )

/** A disc that is found too small, right, and too large. */
export const EXAMPLE_ILLUSTRATION: Illustration = {
  phis: [0.5, 0.25, 1],
  pictures: [
    {
      id: 'cell',
      height: SIDE,
      width: SIDE,
      image: base64(Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i * 7) % 256)),
      reference: disc(8),
      predictions: [disc(8), disc(4), disc(11)],
      dice: [1, null, 0.75],
    },
  ],
  drift: { from: 0.5, phis: [0.5, 0.25, 1], layers: [{ name: 'encoder.0.conv.0.kernel', distances: [0, 1, 2] }] },
}
