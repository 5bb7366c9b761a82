import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canCutNetwork, findPostgres, runChaos } from './testing.ts'

// Processes that the tests start share what Node compiled before, and start in a third of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'leanvox-compile-cache')

test.skipIf(findPostgres() === null)(
  'a study survives killed workers, a crashed database and a killed server (needs PostgreSQL)',
  { timeout: 240_000 },
  async () => {
    const report = await runChaos({
      ...{ trials: 40, workers: 3, workerKills: 3, databaseRestarts: 1, databaseGoneMs: 500, serverKills: 1 },
      ...{ seed: 5, trialMs: 60, leaseMs: 1500, fsync: false },
    })
    expect(report.differences).toEqual([])
    expect(report.deeds.map(({ what }) => what).toSorted()).toEqual([
      'database crashed',
      'server killed',
      ...Array<string>(3).fill('worker killed'),
    ])
    expect(report.states).toMatchObject({ fail: 0, running: 0, waiting: 0 })
    expect(report.states['pruned']).toBeGreaterThan(0)
  },
)

test.skipIf(findPostgres() === null || !canCutNetwork())(
  'a worker cut off from the database loses its trial and drops its late result (needs PostgreSQL, root and ip netns)',
  { timeout: 240_000 },
  async () => {
    const report = await runChaos({
      ...{ trials: 12, workers: 2, workerKills: 0, databaseRestarts: 0, serverKills: 0, networkCuts: 1 },
      ...{ seed: 5, trialMs: 300, leaseMs: 1500, fsync: false },
    })
    expect(report.differences).toEqual([])
    expect(report.deeds).toHaveLength(1)
    expect(report.retries).toBeGreaterThanOrEqual(report.deeds[0].hit.length)
  },
)
