import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPostgres, startPostgres, type PostgresServer } from '@leanvox/hpo-cluster/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const flags = ['--conditions=@leanvox/source', MAIN]

let folder: string
let server: PostgresServer
let url: string

const study = async (...words: string[]) => {
  const run = promisify(execFile)(process.execPath, [...flags, ...words], { cwd: folder })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
}

const startWorker = (...words: string[]): ChildProcess =>
  spawn(process.execPath, [...flags, 'worker', '--storage', url, ...words], { cwd: folder, stdio: 'ignore' })

describe.skipIf(findPostgres() === null)('study serve and worker (needs PostgreSQL)', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'study-cluster-'))
    server = await startPostgres({ fsync: false })
    url = server.url
    const config = {
      space: { x: { type: 'float', low: -1, high: 1 } },
      sampler: { kind: 'random', seed: 3 },
      enqueue: [{ x: 0.5 }],
    }
    writeFileSync(join(folder, 'study.json'), JSON.stringify(config))
    writeFileSync(
      join(folder, 'objective.mjs'),
      `import { writeFileSync } from 'node:fs'
       export const objective = ({ params }) => {
         writeFileSync(process.env.LEANVOX_ARTIFACTS + '/weights', String(params.x))
         return params.x ** 2
       }`,
    )
  }, 60_000)
  afterAll(async () => {
    await server.remove()
    rmSync(folder, { recursive: true })
  })

  test('a study is served, worked at, gone on with by a command, shown and drained', { timeout: 180_000 }, async () => {
    const worker = startWorker('--slots', '2', '--artifacts', 'kept')
    const first = ['serve', '--storage', url, '--name', 'demo', '--config', 'study.json', '--trials', '3']
    const served = await study(...first, '--module', './objective.mjs')
    expect([served.code, served.stderr]).toEqual([0, expect.stringContaining('trial 0 complete 0.2500, of 3')])
    expect(readFileSync(join(folder, 'kept/demo/0/weights'), 'utf8')).toBe('0.5')

    const command = [
      process.execPath,
      '-e',
      'console.log(JSON.stringify({ value: JSON.parse(process.env.LEANVOX_TRIAL).params.x }))',
    ]
    const again = await study('serve', '--storage', url, '--trials', '4', '--', ...command)
    expect(again.code).toBe(0)
    const status = await study('status', '--storage', url, '--json')
    expect(status.stdout).toContain('"demo"')

    worker.kill('SIGTERM')
    expect(await once(worker, 'exit')).toEqual([0, null])
  })

  test.each([
    [['serve', '--storage', 'postgres', '--trials', '1', '--module', 'a.mjs'], 'expected postgres://… or pglite:'],
    [
      ['serve', '--storage', 'URL', '--trials', '1'],
      'serve: expected either --module or a command after --, got neither',
    ],
    [['serve', '--storage', 'URL', '--trials', '1', '--module', 'a.mjs', '--name', 'none'], 'or a --config, got none'],
    [['run', '--storage', 'URL', '--trials', '1', '--module', 'a.mjs'], 'whose studies are for serve and worker'],
    [['worker', '--storage', 'URL', '--slots', '0'], 'Expected a whole number of at least 1.'],
  ])('%s is refused', { timeout: 60_000 }, async (words, message) => {
    const { code, stderr } = await study(...words.map((word) => (word === 'URL' ? url : word)))
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})
