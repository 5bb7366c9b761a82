import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createStudy, loadStudy, randomSampler, type Executor, type FrozenTrial } from '@leanvox/hpo-search'
import { executorContract } from '@leanvox/hpo-search/testing'
import {
  clusterStatus,
  openCluster,
  openDatabase,
  postgresStorage,
  runWorker,
  serveStudy,
  type Database,
  type ModuleTask,
  type RunWorkerOptions,
  type ServeEvent,
  type WorkerEvent,
} from './index.ts'
import { findPostgres, startPostgres, type PostgresServer } from './testing.ts'

// Processes that the tests start share what Node compiled before, and start in a third of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'leanvox-compile-cache')

const module = new URL('../fixtures/objectives.ts', import.meta.url).href
const script = new URL('../fixtures/worker.ts', import.meta.url).pathname
const space = { x: { type: 'float', low: 0, high: 1 } } as const
const quick = { pollMs: 100, leaseMs: 2000 }
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const task = (exportName: string, more: Partial<ModuleTask> = {}): ModuleTask => ({
  module,
  exportName,
  isolation: 'in-process',
  ...more,
})

let server: PostgresServer | undefined
let url: string
beforeAll(async () => {
  if (findPostgres() !== null) server = await startPostgres({ fsync: false })
  url = server?.url ?? 'pglite:'
}, 60_000)
afterAll(() => server?.remove())

let studies = 0
/** A study served from this process, quick to notice what happens. */
const serve = (database: Database | string, options: Partial<Parameters<typeof serveStudy>[0]> = {}) =>
  serveStudy({
    name: `study-${++studies}`,
    database,
    space,
    sampler: randomSampler({ seed: 1 }),
    trials: 1,
    task: task('slow', { payload: { pauses: 0, pauseMs: 0 } }),
    ...quick,
    ...options,
  })

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

/** A worker in this process until the test ends. */
function workHere(database: Database | string, options: Partial<RunWorkerOptions> = {}): AbortController {
  const drain = new AbortController()
  const work = runWorker({ database, ...quick, signal: drain.signal, ...options })
  ends.push(async () => {
    drain.abort()
    await work
  })
  return drain
}

interface WorkerProcess {
  readonly process: ChildProcess
  readonly events: (WorkerEvent | { readonly kind: 'ended' })[]
  /** Resolves with the first event of a kind. */
  first(kind: string): Promise<unknown>
  readonly exited: Promise<unknown[]>
}

function startWorker(options: object = {}): WorkerProcess {
  const words = ['--conditions=@leanvox/source', script, JSON.stringify({ database: url, ...quick, ...options })]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const events: WorkerProcess['events'] = []
  const waiting: { kind: string; resolve: (event: unknown) => void }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as WorkerEvent
    events.push(event)
    for (const { kind, resolve } of waiting) if (kind === event.kind) resolve(event)
  })
  const exited = once(child, 'exit')
  ends.push(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    process: child,
    events,
    first: (kind) =>
      events.some((event) => event.kind === kind)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ kind, resolve })),
    exited,
  }
}

describe('an executor on workers', () => {
  // The contract asks for an executor at once; this one connects with its first trial.
  let created = 0
  const create = (): Executor => {
    const scope = `contract-${++created}`
    return {
      name: 'cluster',
      async run(request) {
        const database = await openDatabase(url)
        const cluster = await openCluster(database, quick)
        const drain = new AbortController()
        const work = runWorker({ database, ...quick, signal: drain.signal })
        try {
          return await (await cluster.executor({ scope, task: task('contractObjective') })).run(request)
        } finally {
          drain.abort()
          await work
          await cluster.close()
          await database.close()
        }
      },
    }
  }
  executorContract({ describe, test, expect }, { create })
})

describe.skipIf(findPostgres() === null)('on PostgreSQL (needs its server programs installed)', () => {
  test('a study of child processes ends with the trials that a run in one process has', async () => {
    workHere(url, { slots: 2 })
    const events: ServeEvent[] = []
    const study = await serve(url, {
      trials: 4,
      task: task('slow', { isolation: 'child', payload: { pauses: 2, pauseMs: 1 } }),
      onEvent: (event) => events.push(event),
    })
    const alone = await createStudy({ name: study.name, space, sampler: randomSampler({ seed: 1 }) })
    for (let n = 0; n < 4; n++) {
      const { number, params } = await alone.ask()
      await alone.tell(number, { state: 'complete', value: params.x })
    }
    expect(study.trials.map(({ value }) => value)).toEqual(alone.trials.map(({ value }) => value))
    expect(study.trials.every(({ intermediateValues }) => intermediateValues.size === 2)).toBe(true)
    expect(events.filter(({ kind }) => kind === 'report')).toHaveLength(8)
  })

  test('a trial is pruned on its worker by the server', async () => {
    workHere(url)
    const study = await serve(url, {
      trials: 1,
      pruner: { name: 'at step 2', shouldPrune: ({ trial }) => trial.intermediateValues.size > 2 },
      task: task('slow', { payload: { pauses: 50, pauseMs: 5 } }),
    })
    expect(study.trial(0)).toMatchObject({ state: 'pruned', value: 2 })
  })

  test('trials with a label wait for a worker that has it', async () => {
    workHere(url)
    let isDone = false
    const served = serve(url, { label: 'gpu:h200' }).then(() => (isDone = true))
    await wait(600)
    expect(isDone).toBe(false)
    workHere(url, { gpu: 'h200', takesUnlabelled: false })
    expect(await served).toBe(true)
  })

  test('a worker killed in a trial loses it to another, as the same settings and the next attempt', async () => {
    const events: ServeEvent[] = []
    const served = serve(url, {
      trials: 1,
      task: task('slow', { payload: { pauses: 6, pauseMs: 100 } }),
      onEvent: (event) => events.push(event),
    })
    const doomed = startWorker()
    await doomed.first('attempt-start')
    doomed.process.kill('SIGKILL')
    workHere(url)
    const study = await served
    const starts = events.flatMap((event) => (event.kind === 'trial-start' ? [[event.attempt, event.params['x']]] : []))
    expect(starts).toEqual([
      [1, study.trial(0).params.x],
      [2, study.trial(0).params.x],
    ])
    expect(study.trial(0).systemAttributes).toMatchObject({ 'leanvox:attempt': 2, 'leanvox:crashes': 1 })
    expect(events.find(({ kind }) => kind === 'retry')).toMatchObject({ reason: expect.stringContaining('was lost') })
  })

  test('a trial that kills every worker fails after the retries, and the study goes on', async () => {
    const doomed = [startWorker(), startWorker()]
    for (const worker of doomed) void worker.first('attempt-start').then(() => worker.process.kill('SIGKILL'))
    const study = await serve(url, {
      trials: 1,
      maxRetries: 1,
      task: task('slow', { payload: { pauses: 100, pauseMs: 100 } }),
    })
    expect(study.trial(0).state).toBe('fail')
    expect(study.trial(0).userAttributes['fail_reason']).toContain('was lost: no sign of life')
  })

  test('SIGTERM drains: the trial at hand is finished, another not begun', async () => {
    const served = serve(url, { trials: 3, task: task('slow', { payload: { pauses: 5, pauseMs: 100 } }) })
    const drained = startWorker()
    await drained.first('attempt-start')
    drained.process.kill('SIGTERM')
    expect(await drained.exited).toEqual([0, null])
    expect(drained.events.map(({ kind }) => kind)).toEqual([
      'ready',
      'attempt-start',
      'draining',
      'attempt-end',
      'ended',
    ])
    workHere(url)
    const study = await served
    expect(study.trials.map(({ systemAttributes }) => systemAttributes)).toEqual(
      Array(3).fill({ 'leanvox:attempt': 1 }),
    )
  })

  test('a trial longer than the drain is released and counts as no crash', async () => {
    const served = serve(url, { maxRetries: 0, task: task('slow', { payload: { pauses: 9, pauseMs: 100 } }) })
    const drained = startWorker({ drainMs: 200 })
    await drained.first('attempt-start')
    drained.process.kill('SIGTERM')
    await drained.exited
    workHere(url)
    const { state, systemAttributes } = (await served).trial(0)
    expect([state, systemAttributes]).toEqual(['complete', { 'leanvox:attempt': 2 }])
  })

  test('a server that was stopped is followed by one that joins the attempts in flight', async () => {
    const worker = startWorker({ slots: 2 })
    const stop = new AbortController()
    const options = {
      name: 'followed',
      trials: 2,
      workers: 2,
      task: task('slow', { payload: { pauses: 10, pauseMs: 100 } }),
    }
    const first = serve(url, { ...options, signal: stop.signal })
    while (worker.events.filter(({ kind }) => kind === 'attempt-start').length < 2) await wait(50)
    stop.abort()
    expect((await first).counts.running).toBe(2)
    const study = await serve(url, options)
    expect(study.counts.complete).toBe(2)
    expect(study.trials.map(({ systemAttributes }) => systemAttributes)).toEqual(
      Array(2).fill({ 'leanvox:attempt': 1 }),
    )
    expect(worker.events.filter(({ kind }) => kind === 'attempt-start')).toHaveLength(2)
  })

  test('a cancelled trial is stopped on its worker, which takes the next', async () => {
    const database = await openDatabase(url)
    workHere(database)
    const never = task('slow', { payload: { pauses: 1000, pauseMs: 50 } })
    let cancelled: Promise<FrozenTrial> | undefined
    const served = serve(database, {
      name: 'cancelling',
      trials: 1,
      task: never,
      onEvent(event) {
        if (event.kind === 'report') cancelled ??= cancelIn(database, 'cancelling', event.number)
      },
    })
    const study = await served
    expect((await cancelled)?.state).toBe('fail')
    expect(study.trial(0).userAttributes).toEqual({ fail_reason: 'enough' })
    const again = await serve(database, { trials: 1 })
    expect(again.counts.complete).toBe(1)
    await Promise.all(ends.splice(0).map((end) => end()))
    await database.close()
  })

  test('a worker whose clock is a day ahead works as any other', async () => {
    startWorker({ skewMs: 86_400_000 })
    const study = await serve(url, { trials: 3, task: task('slow', { payload: { pauses: 3, pauseMs: 50 } }) })
    expect(study.trials.map(({ state, systemAttributes }) => [state, systemAttributes])).toEqual(
      Array(3).fill(['complete', { 'leanvox:attempt': 1 }]),
    )
  })

  test('a database gone for longer than every lease costs no attempt and loses no report', async () => {
    // Whoever waits for a database asks again every two seconds at last, so a lease must be longer.
    const short = { leaseMs: 3000 }
    const worker = startWorker(short)
    const events: ServeEvent[] = []
    const served = serve(url, {
      ...short,
      trials: 2,
      task: task('slow', { payload: { pauses: 6, pauseMs: 100 } }),
      onEvent: (event) => events.push(event),
    })
    await worker.first('attempt-start')
    await server?.stop('immediate')
    await wait(3500)
    await server?.start()
    const study = await served
    expect(study.trials.map(({ state, systemAttributes }) => [state, systemAttributes])).toEqual(
      Array(2).fill(['complete', { 'leanvox:attempt': 1 }]),
    )
    for (const { intermediateValues } of study.trials)
      expect([...intermediateValues.keys()]).toEqual([0, 1, 2, 3, 4, 5])
    expect(events.map(({ kind }) => kind)).toContain('database-trouble')
    expect(worker.events.map(({ kind }) => kind)).toContain('database-trouble')
  })

  test('what ended long ago is removed with its reports by the next server, what a study may still need stays', async () => {
    const database = await openDatabase(url)
    await database.query('DELETE FROM leanvox.attempt')
    await database.query('DELETE FROM leanvox.report')
    const rows = [
      [0, 'done', '8 days'],
      [1, 'lost', '8 days'],
      [2, 'done', '6 days'],
      [3, 'running', '8 days'],
      [4, 'queued', '8 days'],
    ] as const
    for (const [number, state, age] of rows) {
      const ended = state === 'running' || state === 'queued' ? null : age
      await database.query(
        `WITH made AS (
           INSERT INTO leanvox.attempt (id, scope, number, attempt, label, request, state, created_at, ended_at)
           VALUES (gen_random_uuid(), 'old/study', $1, 1, 'any', '{}', $2, now() - $3::interval, now() - $4::interval)
           RETURNING id
         ) INSERT INTO leanvox.report (attempt, seq, step, value) SELECT id, 1, 0, 0.5 FROM made`,
        [number, state, age, ended],
      )
    }
    const left = async () => {
      const text =
        'SELECT number FROM leanvox.attempt JOIN leanvox.report ON report.attempt = attempt.id ORDER BY number'
      return (await database.query<{ number: number }>(text)).map(({ number }) => number)
    }
    await (await openCluster(database, quick)).close()
    expect(await left()).toEqual([2, 3, 4])
    await (await openCluster(database, { ...quick, keepEndedMs: 86_400_000 })).close()
    expect(await left()).toEqual([3, 4])
    expect(await database.query('SELECT count(*)::int AS count FROM leanvox.report')).toEqual([{ count: 2 }])
    await database.query('DELETE FROM leanvox.attempt')
    await database.query('DELETE FROM leanvox.report')
    await database.close()
  })

  test('the status shows workers, attempts and servers', async () => {
    const database = await openDatabase(url)
    const drain = workHere(database, { name: 'shown', slots: 2 })
    const stop = new AbortController()
    const served = serve(database, {
      name: 'shown',
      task: task('slow', { payload: { pauses: 1000, pauseMs: 50 } }),
      signal: stop.signal,
    })
    await expect
      .poll(async () => (await clusterStatus(database)).attempts.map(({ scope, state }) => `${scope} ${state}`))
      .toContain('study/shown running')
    const { workers, attempts, servers } = await clusterStatus(database)
    expect(workers.filter(({ id }) => id === 'shown')).toMatchObject([{ slots: 2, labels: ['any'], state: 'working' }])
    expect(attempts.filter(({ scope }) => scope === 'study/shown')).toMatchObject([
      { number: 0, state: 'running', worker: 'shown' },
    ])
    expect(servers.find(({ study }) => study === 'shown')?.leaseSeconds).toBeGreaterThan(0)
    stop.abort()
    await served
    await database.query(`UPDATE leanvox.attempt SET state = 'cancelled' WHERE scope = 'study/shown'`)
    drain.abort()
    await Promise.all(ends.splice(0).map((end) => end()))
    await database.close()
  })
})

test('wrong options are refused', async () => {
  await expect(runWorker({ database: url, slots: 0 })).rejects.toThrow(
    'runWorker: expected slots to be a whole number of at least 1, got 0',
  )
  await expect(runWorker({ database: url, leaseMs: -1 })).rejects.toThrow('cluster: expected leaseMs > 0, got -1')
  await expect(serve(url, { task: {} as never })).rejects.toThrow('task: expected either a module or a command, got {}')
})

/** Cancels a trial as another process would. */
async function cancelIn(database: Database, name: string, number: number): Promise<FrozenTrial> {
  const study = await loadStudy({ name, storage: postgresStorage(database) })
  return study.cancelTrial(number, 'enough')
}
