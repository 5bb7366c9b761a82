import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folderArtifacts, openDatabase, runWorker, s3Artifacts, serveStudy, type ArtifactStore } from './index.ts'
import { trialPrefix } from './artifacts.ts'
import { findPostgres, startPostgres } from './testing.ts'

// Processes that the tests start share what Node compiled before, and start in a third of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'leanvox-compile-cache')

let folder: string
let s3: { server: Server; objects: Map<string, Buffer>; url: string }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leanvox-artifacts-'))
  s3 = await startS3()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  s3.server.close()
})

/** The part of S3 that is used: put, get and list of one bucket, two keys a page. */
async function startS3(): Promise<typeof s3> {
  const objects = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
      const key = decodeURIComponent(pathname).replace(/^\/bucket\/?/, '')
      if (request.headers.authorization?.startsWith('AWS4-HMAC-SHA256') !== true) return response.writeHead(403).end()
      if (request.method === 'PUT') {
        objects.set(key, body)
        return response.end()
      }
      if (key !== '') return objects.has(key) ? response.end(objects.get(key)) : response.writeHead(404).end()
      const keys = [...objects.keys()].filter((each) => each.startsWith(searchParams.get('prefix') ?? '')).sort()
      const from = Number(searchParams.get('continuation-token') ?? 0)
      const contents = keys.slice(from, from + 2).map((each) => `<Contents><Key>${each}</Key></Contents>`)
      const next = from + 2 < keys.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : ''
      return response.end(`<ListBucketResult>${contents.join('')}${next}</ListBucketResult>`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, objects, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
const stores: Record<string, () => ArtifactStore> = {
  folder: () => folderArtifacts(join(folder, 'shared')),
  s3: () => s3Artifacts({ bucket: 'bucket', prefix: 'runs', endpoint: s3.url, region: 'eu', client: { credentials } }),
}

test.each(Object.keys(stores))('what is stored in a %s comes back, folders and empty files included', async (kind) => {
  const [from, to] = [join(folder, `${kind}-from`), join(folder, `${kind}-to`)]
  mkdirSync(join(from, 'deep/er'), { recursive: true })
  mkdirSync(to)
  writeFileSync(
    join(from, 'weights.bin'),
    Uint8Array.from({ length: 70_000 }, (_, index) => index % 251),
  )
  writeFileSync(join(from, 'deep/er/log.txt'), 'über')
  writeFileSync(join(from, 'empty'), '')
  const names = ['deep/er/log.txt', 'empty', 'weights.bin']
  const store = stores[kind]()
  expect(await store.store('study/3', from)).toEqual(names)
  expect(await stores[kind]().fetch('study/3', to)).toEqual(names)
  for (const name of names) expect(readFileSync(join(to, name))).toEqual(readFileSync(join(from, name)))
  expect(await store.fetch('study/30', to)).toEqual([])
})

test('keys lie under bucket prefix, study and trial', () => {
  expect([...s3.objects.keys()].toSorted()[0]).toBe('runs/study/3/deep/er/log.txt')
  expect(trialPrefix('my study/α', 7)).toBe('my_study__/7')
})

test('a store that is not there fails the trial with its reason', async () => {
  const gone = s3Artifacts({
    ...{ bucket: 'bucket', endpoint: 'http://127.0.0.1:9', region: 'eu' },
    client: { credentials, maxAttempts: 1 },
  })
  await expect(gone.fetch('study/1', folder)).rejects.toThrow('ECONNREFUSED')
})

test('the next attempt finds the files of the one that crashed; files and logs are named with the trial', async () => {
  // Where it is installed, for PGlite takes seconds to begin.
  const server = findPostgres() === null ? null : await startPostgres({ fsync: false })
  const database = await openDatabase(server?.url ?? 'pglite:')
  const drain = new AbortController()
  const artifacts = folderArtifacts(join(folder, 'kept'))
  const work = runWorker({ database, artifacts, pollMs: 100, signal: drain.signal })
  const study = await serveStudy({
    ...{ name: 'kept', database, trials: 1, pollMs: 100, space: { x: { type: 'float', low: 0, high: 1 } } },
    task: { module: new URL('../fixtures/objectives.ts', import.meta.url).href, exportName: 'checkpoint' },
  })
  drain.abort()
  await work
  await database.close()
  await server?.remove()
  const files = ['attempt-1.log', 'attempt-2.log', 'weights.bin'].map((name) => `kept/0/${name}`)
  expect(study.trial(0)).toMatchObject({ value: 41.5, userAttributes: { attempt: 2, artifacts: files } })
  expect(readFileSync(join(folder, 'kept/kept/0/attempt-2.log'), 'utf8')).toBe('attempt 2\n')
  expect(readFileSync(join(folder, 'kept/kept/0/attempt-1.log'), 'utf8')).toContain('crashed after its checkpoint')
})
