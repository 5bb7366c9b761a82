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

/** Medians over `repeats` asks and tells, in milliseconds. */
export async function benchAskTell(
  { python, log }: BenchContext,
  { counts, repeats }: { counts: readonly number[]; repeats: number },
): Promise<Row[]> {
  const theirs = new Map<number, number>()
  if (python !== undefined) {
    for await (const { count, times } of askOptuna(python, { do: 'ask', counts, repeats })) {
      theirs.set(count as number, median(times as number[]))
    }
  }
  const rows: Row[] = []
  // A program that searches asks all the time: compiled code is what it meets, so the first study is not timed.
  await timeOurs(counts[0], 10 * repeats)
  for (const count of counts) {
    const ours = await timeOurs(count, repeats)
    log(`ask and tell at ${count} trials: ${ours.toFixed(2)} ms`)
    const peer = theirs.get(count)
    const compared = peer === undefined ? {} : { peer: 'Optuna 5.0.0 TPESampler', theirs: peer }
    rows.push({ case: `TPE, ${count} finished trials`, metric: 'ask and tell [ms]', ours, ...compared })
  }
  return rows
}

async function timeOurs(count: number, repeats: number): Promise<number> {
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
  return median(times.slice(1))
}
