import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

interface Short {
  readonly targets: readonly string[]
  readonly executions: number
  readonly findings: readonly { readonly target: string; readonly kind: string; readonly message: string }[]
  readonly toy: { readonly kinds: readonly string[]; readonly executions: number }
}

// A process of its own: it stands in front of the constructors of array buffers.
const script = new URL('../fuzz/short.ts', import.meta.url).pathname
const short = JSON.parse(
  execFileSync(process.execPath, ['--conditions=@leanvox/source', '--no-warnings', script], {
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  }),
) as Short

test('no kept or damaged input makes a reader fail without a tag, hang, or ask for too much', () => {
  expect(short.findings).toEqual([])
  expect(short.targets).toEqual(expect.arrayContaining(['nifti', 'nifti-gzip', 'nrrd', 'metaimage', 'bmp', 'picture']))
  expect(short.executions).toBeGreaterThan(1200)
})

test('the fuzzer finds an error three bytes deep and an unjustified allocation', () => {
  expect(short.toy.kinds).toEqual(['allocation', 'untagged error'])
  expect(short.toy.executions).toBeLessThan(100_000)
})
