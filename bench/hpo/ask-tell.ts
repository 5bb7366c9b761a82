/**
 * Part (b): what one ask and tell costs a TPE study that already has many trials.
 *
 * @module
 */
import {
  createStudy,
  inMemoryStorage,
  loadStudy,
  randomSampler,
  tpeSampler,
  type SpaceInput,
} from '@leanvox/hpo-search'
import type { BenchContext, Row } from '../../tools/bench.ts'
import { median } from '../unet/median.ts'
import { askOptuna } from './peer.ts'

const space = {
  rate: { type: 'float', low: 1e-5, high: 1e-1, log: true },
  momentum: { type: 'float', low: 0, high: 1 },
  decay: { type: 'float', low: 1e-6, high: 1e-2, log: true },
  layers: { type: 'int', low: 1, high: 8 },
  units: { type: 'int', low: 4, high: 256, log: true },
  kind: { type: 'categorical', choices: ['adam', 'sgd', 'rmsprop'] },
} as const satisfies SpaceInput

const ROUNDS = 3

/**
 * Medians over `repeats` asks and tells in each of three rounds, in milliseconds, for each number of finished trials.
 *
 * The sides take turns, round by round. Each round is a new study; a program that searches asks all the time, so each
 * side's process first asks `10 * repeats` times of a study that is not timed (compiled code here, imported modules and
 * caches there), and the first ask of every study is left out on both sides.
 */
export async function benchAskTell(
  { python, log }: BenchContext,
  { counts, repeats }: { counts: readonly number[]; repeats: number },
): Promise<Row[]> {
  const warmUp = { count: 100, repeats: 10 * repeats }
  await timeOurs(warmUp.count, warmUp.repeats)
  const rows: Row[] = []
  for (const count of counts) {
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...(await timeOurs(count, repeats)))
      if (python !== undefined) theirs.push(...(await timeOptuna(python, { counts: [count], repeats, warmUp })))
    }
    log(`ask and tell at ${count} trials: ${median(ours).toFixed(2)} ms`)
    const compared = python === undefined ? {} : { peer: 'Optuna 5.0.0 TPESampler', theirs: median(theirs) }
    rows.push({ case: `TPE, ${count} finished trials`, metric: 'ask and tell [ms]', ours: median(ours), ...compared })
  }
  return rows
}

async function timeOptuna(python: string, request: object): Promise<number[]> {
  const times: number[] = []
  for await (const answer of askOptuna(python, { do: 'ask', ...request })) times.push(...(answer['times'] as number[]))
  return times
}

async function timeOurs(count: number, repeats: number): Promise<number[]> {
  const storage = inMemoryStorage()
  const source = await createStudy({ name: 'a', storage, space, sampler: randomSampler({ seed: 1 }) })
  for (let number = 0; number < count; number++) {
    const { params } = await source.ask()
    await source.tell(number, { state: 'complete', value: Math.log10(params.rate) ** 2 })
  }
  const study = await loadStudy({ name: 'a', storage, space, sampler: tpeSampler({ seed: 1 }) })
  const times: number[] = []
  for (let repeat = 0; repeat <= repeats; repeat++) {
    const begin = performance.now()
    const trial = await study.ask()
    await study.tell(trial.number, { state: 'complete', value: 1 })
    times.push(performance.now() - begin)
  }
  return times.slice(1)
}
