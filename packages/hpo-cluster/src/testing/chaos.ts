/**
 * A trial of strength: a study on a real PostgreSQL whose workers, database and server are killed while it runs.
 *
 * Afterwards every trial must be there once, with the settings, reports and value that an undisturbed run in one process
 * gives it, nothing may be left running, and the best trial must be the same.
 *
 * @module
 */
import { once } from 'node:events'
import { createRng, type Rng } from '@leanvox/random'
import { createStudy, loadStudy, runStudy, type FrozenTrial } from '@leanvox/hpo-search'
import { clusterStatus } from '../cluster-status.ts'
import { openDatabase } from '../database.ts'
import { postgresStorage } from '../postgres-storage.ts'
import { chaosObjective, chaosStudy } from './chaos-study.ts'
import { createCrew, type Crew } from './chaos-crew.ts'
import { cutNetwork, type CutNetwork } from './cut-network.ts'
import { startPostgres, type PostgresServer } from './postgres.ts'

export interface ChaosOptions {
  readonly trials: number
  readonly workers: number
  readonly slots?: number
  /** Workers killed with SIGKILL at random; each is replaced at once. */
  readonly workerKills: number
  /** Times the database is stopped, every other time like a crash, and started again after `databaseGoneMs`. */
  readonly databaseRestarts: number
  readonly databaseGoneMs?: number
  readonly serverKills: number
  /** Times one worker's network is cut for longer than its lease; needs network namespaces. Default 0. */
  readonly networkCuts?: number
  readonly seed: number
  /** How long a trial takes on average. */
  readonly trialMs: number
  readonly leaseMs: number
  /** Whether the database waits for the disk. Default true. */
  readonly fsync?: boolean
  readonly log?: (line: string) => void
}

/** One thing done to the study. */
export interface ChaosDeed {
  readonly atSeconds: number
  readonly what: 'worker killed' | 'database restarted' | 'database crashed' | 'server killed' | 'network cut'
  readonly who: string
  /** Trials that servers had told of by then. */
  readonly finished: number
  /** Trials that the killed or cut worker was at. */
  readonly hit: readonly number[]
}

export interface ChaosReport {
  readonly deeds: readonly ChaosDeed[]
  readonly trials: number
  readonly seconds: number
  /** Further attempts at trials whose worker died. */
  readonly retries: number
  readonly best: { readonly number: number; readonly value: number } | null
  readonly undisturbedBest: ChaosReport['best']
  readonly states: Readonly<Record<string, number>>
  /** What is not as in the undisturbed run; empty when all is well. */
  readonly differences: readonly string[]
}

const chaosModule = new URL(`./chaos-study.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href

type What = 'worker' | 'database' | 'server' | 'network'

/** Runs the study under fire and compares it with the undisturbed one. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { workers, slots = 1, trials, trialMs, leaseMs, fsync = true, networkCuts = 0 } = options
  const cut = networkCuts > 0 ? cutNetwork() : null
  const postgres = await startPostgres({ fsync, ...(cut === null ? {} : { listen: `127.0.0.1,${cut.hostAddress}` }) })
  const task = {
    module: chaosModule,
    exportName: 'chaosObjective',
    isolation: 'in-process' as const,
    payload: { trialMs },
  }
  // One worker sits behind the network that is cut.
  const behind = (name: string) => cut !== null && name === cut.name
  const crew = createCrew({
    ...{ database: postgres.url, leaseMs, pollMs: 250, slots, trials, task, ahead: workers },
    wrap: (name) => (behind(name) ? (cut as CutNetwork).command : []),
    addressFor: (name) =>
      behind(name) ? postgres.url.replace('127.0.0.1', (cut as CutNetwork).hostAddress) : postgres.url,
  })
  const started = performance.now()
  try {
    crew.startServer()
    for (let n = 0; n < workers; n++) crew.startWorker()
    const deeds = await disturb(options, { crew, postgres, cut, started })
    if (!(await Promise.race([crew.served, failureOf(crew)])))
      throw new Error('runChaos: expected the server to end the study, it ended before')
    const seconds = (performance.now() - started) / 1000
    return { ...(await inspect(postgres.url, trials)), deeds, seconds, trials, retries: crew.retries }
  } finally {
    await crew.end()
    await postgres.remove()
    cut?.remove()
  }
}

interface Scene {
  readonly crew: Crew
  readonly postgres: PostgresServer
  readonly cut: CutNetwork | null
  readonly started: number
}

/** Does every deed when a share of the trials has ended: one in each equal part, at a random place of it. */
async function disturb(options: ChaosOptions, scene: Scene): Promise<ChaosDeed[]> {
  const { trials, seed, log = () => undefined } = options
  const rng = createRng(seed)
  const order = drawOrder(options, rng)
  const deeds: ChaosDeed[] = []
  for (const [k, what] of order.entries()) {
    const due = Math.floor(((k + rng.uniform()) / order.length) * trials * 0.95)
    while (scene.crew.finished.length < due && (await isGoing(scene.crew))) await wait(10)
    const deed = await doings[what](options, {
      ...scene,
      rng,
      count: deeds.filter((done) => done.what.startsWith(what)).length,
    })
    deeds.push(deed)
    log(`${deed.atSeconds.toFixed(1)} s, ${deed.finished} of ${trials} trials: ${deed.what} (${deed.who})`)
  }
  return deeds
}

function drawOrder({ workerKills, databaseRestarts, serverKills, networkCuts = 0 }: ChaosOptions, rng: Rng): What[] {
  const repeat = (what: What, count: number): What[] => Array.from({ length: count }, () => what)
  return rng.shuffle([
    ...repeat('worker', workerKills),
    ...repeat('database', databaseRestarts),
    ...repeat('server', serverKills),
    ...repeat('network', networkCuts),
  ])
}

type Doing = Scene & { readonly rng: Rng; readonly count: number }

const doings: Readonly<Record<What, (options: ChaosOptions, doing: Doing) => Promise<ChaosDeed>>> = {
  async worker(_options, { crew, rng, started }) {
    // One that is at a trial, if any is: killing those that still start would prove little.
    const busy = crew.workers.filter(({ running }) => running.size > 0)
    const choice = busy.length > 0 ? busy : crew.workers
    const victim = choice[rng.integer(choice.length)]
    const deed = deedOf('worker killed', { who: victim.name, crew, started, hit: [...victim.running] })
    await crew.kill(victim)
    crew.startWorker()
    return deed
  },
  async database({ databaseGoneMs = 1000 }, { postgres, crew, count, started }) {
    const isCrash = count % 2 === 0
    const deed = deedOf(isCrash ? 'database crashed' : 'database restarted', {
      who: 'PostgreSQL',
      crew,
      started,
      hit: [],
    })
    await postgres.stop(isCrash ? 'immediate' : 'fast')
    await wait(databaseGoneMs)
    await postgres.start()
    return deed
  },
  async server(_options, { crew, started }) {
    const deed = deedOf('server killed', { who: crew.server.name, crew, started, hit: [] })
    await crew.kill(crew.server)
    crew.startServer()
    return deed
  },
  async network({ leaseMs }, { crew, cut, started }) {
    const victim = crew.workers.find(({ name }) => name === cut?.name)
    const deed = deedOf('network cut', { who: cut?.name ?? 'nobody', crew, started, hit: [...(victim?.running ?? [])] })
    cut?.cut()
    await wait(leaseMs * 1.5)
    cut?.mend()
    return deed
  },
}

function deedOf(
  what: ChaosDeed['what'],
  { who, crew, started, hit }: { who: string; crew: Crew; started: number; hit: number[] },
): ChaosDeed {
  return { what, who, hit, finished: crew.finished.length, atSeconds: (performance.now() - started) / 1000 }
}

/** Rejects when a process ended by itself. */
async function failureOf({ failed }: Crew): Promise<never> {
  if (!failed.aborted) await once(failed, 'abort')
  throw failed.reason
}

async function isGoing({ served, failed }: Crew): Promise<boolean> {
  failed.throwIfAborted()
  return Promise.race([served.then(() => false), Promise.resolve(true)])
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Compares what is in the database with the same study run here, in peace and without its pauses. */
async function inspect(
  url: string,
  trials: number,
): Promise<Pick<ChaosReport, 'best' | 'undisturbedBest' | 'states' | 'differences'>> {
  const database = await openDatabase(url)
  const found = await loadStudy({ name: chaosStudy.name, storage: postgresStorage(database) })
  const calm = await createStudy(chaosStudy)
  await runStudy(calm, {
    trials,
    objective: (context) => chaosObjective({ ...context, payload: { trialMs: 0 } } as never),
  })
  const differences = compareTrials({ found: found.trials, expected: calm.trials })
  const [ends] = await database.query<{ recorded: number; repeated: number }>(
    `SELECT count(*)::int AS recorded, (count(*) FILTER (WHERE times > 1))::int AS repeated FROM (
       SELECT operation::json ->> 'trial_id', count(*) AS times FROM leanvox.journal
       WHERE operation LIKE '%"op_code":6%' AND operation::json ->> 'state' IN ('1', '2', '3') GROUP BY 1) AS ends`,
  )
  if (ends.recorded !== trials) differences.push(`${ends.recorded} of ${trials} trials were recorded as finished`)
  if (ends.repeated > 0) differences.push(`${ends.repeated} trials were recorded as finished more than once`)
  const { attempts } = await clusterStatus(database)
  for (const { number, state } of attempts) differences.push(`an attempt at trial ${number} is still ${state}`)
  const [best, undisturbedBest] = [found, calm].map(({ bestTrial }) =>
    bestTrial === null ? null : { number: bestTrial.number, value: bestTrial.value as number },
  )
  if (best?.number !== undisturbedBest?.number)
    differences.push(`the best trial is ${best?.number}, not ${undisturbedBest?.number}`)
  await database.close()
  return {
    best,
    undisturbedBest,
    states: { ...found.counts },
    differences,
  }
}

/** All that must not depend on what was killed. */
const lasting = ({ number, state, params, values, intermediateValues, userAttributes }: FrozenTrial) =>
  JSON.stringify({ number, state, params, values, reports: [...intermediateValues], userAttributes })

function compareTrials({
  found,
  expected,
}: {
  found: readonly FrozenTrial[]
  expected: readonly FrozenTrial[]
}): string[] {
  const differences: string[] = []
  if (found.length !== expected.length) differences.push(`${found.length} trials instead of ${expected.length}`)
  for (const trial of expected) {
    const got = found[trial.number]
    if (got === undefined) differences.push(`trial ${trial.number} is missing`)
    else if (lasting(got) !== lasting(trial))
      differences.push(`trial ${trial.number} is ${lasting(got)}, not ${lasting(trial)}`)
  }
  return differences
}
