import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { commandLine, ratioOf, table } from './bench.ts'

const ours = { case: 'a', metric: 'time [ms]', ours: 3 }

it('divides ours by theirs, and has no ratio without a peer', () => {
  expect(ratioOf({ ...ours, peer: 'p', theirs: 2 })).toBe(1.5)
  expect(ratioOf(ours)).toBeUndefined()
})

it('aligns names to the left and numbers to the right', () => {
  expect(table([ours, { case: 'longer', metric: 'm', ours: 12.34567, peer: 'p', theirs: 2 }]).split('\n')).toEqual([
    'case    metric      ours  peer  theirs  ratio',
    'a       time [ms]      3',
    'longer  m          12.35  p          2  6.173',
  ])
})

it('tells the variables that size a benchmark, and no path', () => {
  const environment = { PATH: '/bin', HPO_SEEDS: '3', HPO_CACHE: '/somewhere/cache' }
  expect(commandLine('hpo', { python: '/a/python' }, environment)).toBe(
    'HPO_CACHE=<path> HPO_SEEDS=3 npm run bench -- hpo --python python3',
  )
  expect(commandLine('io', { python: undefined }, {})).toBe('npm run bench -- io')
})

it('names a benchmark that does not exist and exits 1', async () => {
  const run = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'bench.ts'), 'nothing'])
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('got nothing') as string })
})
