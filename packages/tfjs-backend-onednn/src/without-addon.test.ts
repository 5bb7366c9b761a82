/** The package where no addon is: it loads, says what is missing, and registers nothing. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
// Inside the package, so that its dependencies are found; `build` is not under version control.
const copy = join(root, 'build', `without-addon-${process.pid}`)

const program = `
  import * as tf from '@tensorflow/tfjs-core'
  import * as onednn from './src/index.ts'
  let thrown = ''
  try { onednn.setThreads(1) } catch (error) { thrown = error.message }
  console.log(JSON.stringify({ available: onednn.isAvailable(), why: onednn.whyUnavailable(), described: onednn.describe(), thrown,
    backend: tf.findBackend('onednn'), pool: onednn.memoryPool.statistics(), precision: onednn.setPrecision('bfloat16') }))
  onednn.memoryPool.trim()
`

beforeAll(() => {
  mkdirSync(copy, { recursive: true })
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true })
})

afterAll(() => rmSync(copy, { recursive: true }))

it('loads, explains how to get the addon, and leaves the choice of a backend to others', () => {
  const env = { ...process.env }
  delete env['LEANVOX_ONEDNN_ADDON']
  const words = ['--input-type=module', '-e', program]
  const output = execFileSync(process.execPath, words, { cwd: copy, encoding: 'utf8', env })
  const result = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(result).toMatchObject({
    available: false,
    backend: null,
    precision: 'float32',
    pool: { usedBytes: 0, freeBytes: 0 },
  })
  expect(result['why']).toMatch(/^no oneDNN addon for \w+-\w+ \(.*\)\. To get it: .*npm run build:native/)
  expect(result['thrown']).toContain('expected the addon to load')
  expect(result['described']).toMatchObject({ available: false, onednn: '', bfloat16: 'none', threads: 0 })
})
