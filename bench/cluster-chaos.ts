/**
 * A study of 1,000 trials on a PostgreSQL of its own while eight workers are killed at random with SIGKILL, the database
 * is crashed once and restarted once, the server process is killed, and one worker's network is cut for longer than its
 * lease; then compared, trial by trial, with the same study run in peace in one process.
 *
 * Needs PostgreSQL's server programs (Debian: `apt install postgresql`); the network is cut only where namespaces can be
 * had (Linux, root). `LEANVOX_CHAOS_TRIALS` sets another number of trials, `CHAOS_OUTAGE_S` how long the database stays
 * away each time (3 s; 60 for an outage that outlasts every lease many times). Two to five minutes.
 *
 * @module
 */
import { canCutNetwork, runChaos, type ChaosDeed, type ChaosReport } from '@leanvox/hpo-cluster/testing'

import type { BenchContext, Row } from '../tools/bench.ts'

const trials = Number(process.env['LEANVOX_CHAOS_TRIALS'] ?? 1000)
const outageSeconds = Number(process.env['CHAOS_OUTAGE_S'] ?? 3)
const workers = 8

/** Runs the study under fire; throws when anything differs from the undisturbed run. */
export async function bench({ log }: BenchContext): Promise<Row[]> {
  const hasNetwork = canCutNetwork()
  if (!hasNetwork) log('no network is cut: namespaces cannot be had here')
  const report = await runChaos({
    ...{ trials, workers, workerKills: 24, databaseRestarts: 2, databaseGoneMs: 1000 * outageSeconds, serverKills: 1 },
    ...{ networkCuts: hasNetwork ? 1 : 0, seed: 1, trialMs: 200, leaseMs: 3000, log },
  })
  if (report.differences.length > 0) throw new Error(`cluster-chaos: ${report.differences.join('\n')}`)
  return [...report.deeds.map(deedRow), ...outcomeRows(report)]
}

function deedRow({ atSeconds, what, who, finished, hit }: ChaosDeed): Row {
  const at = hit.length === 0 ? '' : ` at trial ${hit.join(', ')}`
  return { case: `${atSeconds.toFixed(1)} s: ${what}`, metric: `${who}${at}; trials finished by then`, ours: finished }
}

function outcomeRows({ states, retries, best, undisturbedBest, differences, seconds }: ChaosReport): Row[] {
  const row = (metric: string, ours: number, theirs?: number): Row =>
    theirs === undefined
      ? { case: 'outcome', metric, ours }
      : { case: 'outcome', metric, ours, peer: 'undisturbed run', theirs }
  return [
    row('trials recorded once, as in the undisturbed run', states['complete'] + states['pruned'], trials),
    row('of them pruned', states['pruned']),
    row('trials failed, missing, recorded twice or different', differences.length + states['fail']),
    row('trials left running or waiting', states['running'] + states['waiting']),
    row('number of the best trial', best?.number ?? Number.NaN, undisturbedBest?.number),
    row('best value', best?.value ?? Number.NaN, undisturbedBest?.value),
    row('attempts repeated because a worker died', retries),
    row('whole run [s]', seconds),
  ]
}
