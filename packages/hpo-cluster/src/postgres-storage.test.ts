import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadStudy, randomSampler, type Operation, type Storage } from '@leanvox/hpo-search'
import { storageContract } from '@leanvox/hpo-search/testing'
import { openDatabase, postgresStorage, runWorker, serveStudy, StudyTakenError, type Database } from './index.ts'
import { holdStudy } from './study-lease.ts'
import { findPostgres, startPostgres, type PostgresServer } from './testing.ts'

const operation = (name: string): Operation => ({ op_code: 0, study_name: name, directions: [1], worker_id: 'w' })

function suite(open: () => Promise<Database>): void {
  let database: Database
  let count = 0
  beforeAll(async () => void (database = await open()), 60_000)
  afterAll(() => database.close())
  const fresh = () => postgresStorage(database, { journal: `journal-${++count}` })

  storageContract(
    { describe, test, expect },
    { create: fresh, reopen: () => postgresStorage(database, { journal: `journal-${count}` }) },
  )

  test('an append at a position happens only when the journal is exactly so long', async () => {
    const storage = fresh()
    expect(await storage.appendAt?.(0, [operation('a'), operation('b')])).toBe(true)
    expect(await storage.appendAt?.(1, [operation('late')])).toBe(false)
    expect(await storage.appendAt?.(3, [operation('early')])).toBe(false)
    expect(await storage.appendAt?.(2, [operation('c')])).toBe(true)
    expect(await storage.read(0)).toEqual(['a', 'b', 'c'].map(operation))
  })

  test('of many appends at one position exactly one happens', async () => {
    const storage = fresh()
    const appendAt = storage.appendAt as NonNullable<Storage['appendAt']>
    const answers = await Promise.all(Array.from({ length: 12 }, (_, writer) => appendAt(0, [operation(`${writer}`)])))
    expect(answers.filter((answer) => answer === true)).toHaveLength(1)
    expect(await storage.read(0)).toEqual([operation(`${answers.indexOf(true)}`)])
  })

  test('appends of many writers keep each its order and lose nothing', async () => {
    const storage = fresh()
    const write = async (writer: number) => {
      for (let n = 0; n < 10; n++) await storage.append([operation(`${writer}.${n}`), operation(`${writer}.${n}'`)])
    }
    await Promise.all([0, 1, 2, 3].map(write))
    const names = (await storage.read(0)).map((each) => ('study_name' in each ? each.study_name : ''))
    expect(names).toHaveLength(80)
    for (const writer of [0, 1, 2, 3]) {
      const own = names.filter((name) => name.startsWith(`${writer}.`))
      expect(own).toEqual(Array.from({ length: 10 }, (_, n) => [`${writer}.${n}`, `${writer}.${n}'`]).flat())
    }
  })

  test('who lost a study to another server can append no more', async () => {
    const study = `study-${++count}`
    const first = await holdStudy(database, study, { holder: 'first', leaseMs: 60_000 })
    const old = postgresStorage(database, { journal: study, fence: first.fence })
    await old.append([operation('a')])
    await database.query(`UPDATE leanvox.study_lease SET until = now() - interval '1 second' WHERE study = $1`, [study])
    const second = await holdStudy(database, study, { holder: 'second', leaseMs: 60_000 })
    await expect(old.append([operation('b')])).rejects.toThrow(new StudyTakenError(study).message)
    await postgresStorage(database, { journal: study, fence: second.fence }).append([operation('c')])
    expect(await old.read(0)).toEqual(['a', 'c'].map(operation))
    await first.release()
    await second.release()
  })

  test('a second server waits until the first lets go, and says for whom', async () => {
    const first = await holdStudy(database, 'held', { holder: 'the first', leaseMs: 400 })
    const waits: string[] = []
    let hasSecond = false
    const second = holdStudy(database, 'held', { holder: 'x', leaseMs: 400, onWait: (who) => waits.push(who) })
    void second.then(() => (hasSecond = true))
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect([hasSecond, waits]).toEqual([false, ['the first']])
    await first.release()
    await (await second).release()
    expect(first.lost.aborted).toBe(false)
  })
}

describe('PGlite', () => {
  // Making a database takes seconds, so all tests have one.
  const folder = mkdtempSync(join(tmpdir(), 'leanvox-pglite-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  describe('storage', () => suite(() => openDatabase(`pglite:${folder}`)))

  test('serves and works within one process, and the folder keeps the study', { timeout: 120_000 }, async () => {
    const database = await openDatabase(`pglite:${folder}`)
    const [drain, quick] = [new AbortController(), { pollMs: 100, leaseMs: 2000 }]
    const work = runWorker({ database, ...quick, slots: 3, signal: drain.signal })
    const study = await serveStudy({
      ...{ name: 'odd', database, trials: 12, sampler: randomSampler({ seed: 1 }), ...quick },
      space: { x: { type: 'float', low: 0, high: 1 } },
      task: {
        module: new URL('../fixtures/objectives.ts', import.meta.url).href,
        exportName: 'odd',
        isolation: 'in-process',
      },
    })
    expect(study.counts.complete).toBe(12)
    expect(study.trials.map(({ value }) => value)).toContain(Infinity)
    expect([...study.trial(0).intermediateValues]).toEqual([
      [0, Number.NaN],
      [1, -Infinity],
    ])
    expect(await database.query('SELECT FROM leanvox.attempt UNION ALL SELECT FROM leanvox.report')).toEqual([])
    drain.abort()
    await work
    await database.close()
    const again = await openDatabase(`pglite:${folder}`)
    const kept = await loadStudy({ name: 'odd', storage: postgresStorage(again) })
    expect(kept.trials).toEqual(study.trials)
    await again.close()
  })
})

describe.skipIf(findPostgres() === null)('PostgreSQL (needs its server programs installed)', () => {
  let server: PostgresServer
  beforeAll(async () => void (server = await startPostgres({ fsync: false })), 60_000)
  afterAll(() => server.remove())
  suite(() => openDatabase(server.url))

  test('appends under way while the server is restarted are made once each', async () => {
    const database = await openDatabase(server.url)
    const storage = postgresStorage(database, { journal: 'restarted' })
    let isOver = false
    const write = async (writer: number) => {
      let n = 0
      for (; !isOver; n++) await storage.append([operation(`${writer}.${n}`)])
      return n
    }
    const writers = [0, 1, 2].map(write)
    await new Promise((resolve) => setTimeout(resolve, 150))
    await server.stop('immediate')
    await server.start()
    await new Promise((resolve) => setTimeout(resolve, 150))
    isOver = true
    const counts = await Promise.all(writers)
    const names = (await storage.read(0)).map((each) => ('study_name' in each ? each.study_name : ''))
    const expected = counts.flatMap((count, writer) => Array.from({ length: count }, (_, n) => `${writer}.${n}`))
    expect(names.toSorted()).toEqual(expected.toSorted())
    expect(database.answeringForMs()).toBeLessThan(60_000)
    await database.close()
  })
})

test('an address of another kind is refused without showing its password', async () => {
  await expect(openDatabase('mysql://user:secret@host/db')).rejects.toThrow(
    "openDatabase: expected postgres://… or pglite:<folder>, got 'mysql://user:…@host/db'",
  )
})
