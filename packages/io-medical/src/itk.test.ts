import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { itkTable } from '../fixtures/itk-table.ts'
import { voxelHash } from '../fixtures/voxel-hash.ts'
import { readImage } from './read-image.ts'

interface Facts {
  readonly size: readonly number[]
  readonly components: number
  readonly affine: readonly number[]
  readonly voxels: string
}

const fixtures = new URL('../fixtures/', import.meta.url)
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'))
const { files } = json('itk.json') as { files: Record<string, Facts> }
const { sha256 } = json('itk-written.json') as { sha256: Record<string, string> }

test.each(Object.entries(files))('%s of ITK reads as there', async (name, facts) => {
  const image = await readImage(new URL(`itk/${name}`, fixtures).pathname)
  if (image.kind !== 'volume') throw new TypeError('expected a volume')
  const [{ shape, affine }] = image.volumes
  expect([...shape].reverse()).toEqual(facts.size.length === 2 ? [...facts.size, 1] : facts.size)
  expect(image.components).toBe(facts.components)
  affine.forEach((value, i) => expect(value).toBeCloseTo(facts.affine[i], 9))
  expect(voxelHash(image.volumes.map(({ data }) => data))).toBe(facts.voxels)
})

test.each(itkTable())('writes the bytes of $name that ITK read back', ({ name, bytes }) => {
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256[name])
})

test('covers every file that ITK has checked', () => {
  expect(itkTable().map(({ name }) => name)).toEqual(Object.keys(sha256))
  expect(Object.keys(files).length).toBeGreaterThan(25)
})
