import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { writtenKinds } from '../fixtures/written-kinds.ts'
import { decodeNifti } from './read-nifti.ts'

const manifest = JSON.parse(readFileSync(new URL('../fixtures/written-kinds.json', import.meta.url), 'utf8')) as {
  sha256: Record<string, string>
}
const files = writtenKinds().flatMap((kind) => Object.entries(kind.files).map(([name, bytes]) => ({ name, bytes })))

test('covers every file that nibabel has checked', () => {
  expect(files.map(({ name }) => name)).toEqual(Object.keys(manifest.sha256))
})

test.each(files)('writes the bytes of $name that nibabel read back', ({ name, bytes }) => {
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest.sha256[name])
})

test.each(writtenKinds())('$name reads back here', ({ volumes, encoding, files: parts }) => {
  const [first, second] = Object.values(parts)
  const image = decodeNifti(first, second ? { image: { name: 'the other half', bytes: second } } : {})
  expect(image.volumes.map(({ data }) => data)).toEqual(volumes.map(({ data }) => data))
  expect(image.components).toBe(encoding.components ?? 1)
})
