/** tfjs-core's own tests, more than four thousand, on this backend; `tfjs-ops/skips.mjs` has the exceptions and why. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

import { describeNative } from './testing.ts'

const script = join(import.meta.dirname, '..', 'tfjs-ops', 'run.mjs')

describeNative('the operations of tfjs-core', () => {
  it('pass its own tests on this backend', { timeout: 600_000 }, async () => {
    const words = ['--conditions=@leanvox/source', script, '--backend', 'onednn']
    const run = promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 26 })
    const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => error)
    const [, passed, failed] = /onednn: (\d+) passed, (\d+) failed/.exec(stdout) ?? []
    expect(failed, stdout.slice(-5000)).toBe('0')
    expect(Number(passed)).toBeGreaterThan(4200)
  })
})
