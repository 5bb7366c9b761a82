/** The README's example runs as it stands. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { describeNative } from './testing.ts'

const root = join(import.meta.dirname, '..')

describeNative('the README', () => {
  it('has an example that runs', () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
    const folder = join(root, 'build', `readme-${process.pid}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'example.ts'),
      `${example}\nconsole.log(JSON.stringify([features.shape, onednn, bfloat16, threads]))\n`,
    )
    const output = execFileSync(process.execPath, ['--conditions=@leanvox/source', 'example.ts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    rmSync(folder, { recursive: true })
    const [shape, version, , threads] = JSON.parse(output.trim().split('\n').at(-1) ?? '') as [
      number[],
      string,
      string,
      number,
    ]
    expect(shape).toEqual([1, 16, 16, 16, 8])
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(threads).toBeGreaterThan(0)
  })
})
