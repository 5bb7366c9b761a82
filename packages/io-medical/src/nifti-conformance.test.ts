import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MedicalImageError } from './errors.ts'
import { voxelHash } from '../fixtures/voxel-hash.ts'
import { readImage } from './read-image.ts'
import { readNifti } from './read-nifti.ts'

interface Facts {
  readonly file: string
  readonly refused?: string
  readonly shape: readonly number[]
  readonly affine: readonly number[]
  readonly intent: number
  readonly extensions: readonly { readonly code: number; readonly text: string }[]
  readonly voxels: string
}

const fixture = new URL('../fixtures/conformance.json', import.meta.url)
const { files } = JSON.parse(readFileSync(fixture, 'utf8')) as { files: Record<string, Facts> }
const itkTable = new URL('../fixtures/itk-conformance.json', import.meta.url)
const { files: itk } = JSON.parse(readFileSync(itkTable, 'utf8')) as { files: Record<string, Facts> }
/** Folder of the files; they belong to other projects and are not kept here. */
const folder = process.env['LEANVOX_CONFORMANCE_NIFTI']

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const read = Object.entries(files).filter(([, { refused }]) => refused === undefined)
const refused = Object.entries(files).filter(([, facts]) => facts.refused !== undefined)

test('the table holds pairs, both versions, vectors and refusals', () => {
  expect(read.length).toBeGreaterThan(40)
  expect(refused.length).toBeGreaterThan(3)
})

const why = folder === undefined ? ' (LEANVOX_CONFORMANCE_NIFTI is not set)' : ''
describe.skipIf(folder === undefined)(`files of other projects${why}`, () => {
  const path = (name: string) => join(folder ?? '', name)

  test.each(read)('%s reads as in nibabel', async (name, facts) => {
    expect(sha256(readFileSync(path(name)))).toBe(facts.file)
    const image = await readNifti(path(name))
    expect(image.header.dims).toEqual(facts.shape)
    expect(image.header.intent.code).toBe(facts.intent)
    facts.affine.forEach((value, i) => expect(image.header.affine[i]).toBeCloseTo(value, 6))
    expect(image.extensions.map(({ code, data }) => ({ code, text: sha256(trimmed(data)) }))).toEqual(facts.extensions)
    expect(voxelHash(image.volumes.map(({ data }) => data))).toBe(facts.voxels)
  })

  test.each(Object.entries(itk))('%s reads as in ITK', async (name, facts) => {
    expect(sha256(readFileSync(path(name)))).toBe(facts.file)
    const image = await readImage(path(name))
    if (image.kind !== 'volume') throw new TypeError('expected a volume')
    facts.affine.forEach((value, i) => expect(image.volumes[0].affine[i]).toBeCloseTo(value, 9))
    expect(voxelHash(image.volumes.map(({ data }) => data))).toBe(facts.voxels)
  })

  test.each(refused)('%s is refused clearly', async (name) => {
    await expect(readNifti(path(name))).rejects.toBeInstanceOf(MedicalImageError)
  })
})

function trimmed(data: Uint8Array): Uint8Array {
  return data.subarray(0, data.findLastIndex((byte) => byte !== 0) + 1)
}
