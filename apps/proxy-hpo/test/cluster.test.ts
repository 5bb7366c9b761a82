import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findPostgres, startPostgres, type PostgresServer } from '@leanvox/hpo-cluster/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePhantomData } from '../src/phantom-data.ts'
import { compareRuns } from './compare-runs.ts'
import { runApp, startApp } from './run-app.ts'
import { SMALL_SEARCH } from './small-search.ts'

const STUDY = fileURLToPath(new URL('../../study/src/main.ts', import.meta.url))

let root: string
let server: PostgresServer | undefined
const workers: ChildProcess[] = []
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'proxy-hpo-cluster-'))
  if (findPostgres() !== null) server = await startPostgres({ fsync: false })
}, 60_000)
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  await server?.remove()
  rmSync(root, { recursive: true })
})

/** `study worker` as on another machine; resolves when it has begun a trial. */
function startWorker(url: string): { worker: ChildProcess; atWork: Promise<void> } {
  const words = ['--conditions=@leanvox/source', STUDY, 'worker', '--storage', url, '--lease', '5']
  // One thread, as `runApp` gives the app: the results must be equal.
  const env = { OMP_NUM_THREADS: '1', ...process.env }
  const worker = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  workers.push(worker)
  const atWork = new Promise<void>((resolve) => {
    createInterface({ input: worker.stderr }).on('line', (line) => {
      if (line.includes('search/') && line.endsWith('started')) resolve()
    })
  })
  return { worker, atWork }
}

test.skipIf(findPostgres() === null)(
  'a search on workers, one of them killed at a trial, ends as one in a single process (needs PostgreSQL)',
  { timeout: 600_000 },
  async () => {
    const url = (server as PostgresServer).url
    const { data } = await writePhantomData(join(root, 'data'), { seed: 3, cases: 5, externalCases: 1 })
    writeFileSync(join(root, 'config.json'), JSON.stringify(SMALL_SEARCH))
    const args = (out: string) => [
      'run',
      '--data',
      data,
      '--config',
      join(root, 'config.json'),
      '--out',
      join(root, out),
    ]
    expect((await runApp(args('calm'))).code).toBe(0)

    const app = startApp([...args('cluster'), '--cluster', url])
    const first = startWorker(url)
    await first.atWork
    first.worker.kill('SIGKILL')
    await once(first.worker, 'exit')
    startWorker(url)
    const { code, stderr } = await app.ended
    expect([code, stderr]).toEqual([0, expect.stringContaining('was lost: no sign of life within its lease')])
    expect(await compareRuns(join(root, 'calm'), join(root, 'cluster'))).toEqual([])
  },
)
