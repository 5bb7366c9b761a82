import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MedicalImageError } from '../errors.ts'
import { decodeDicom, type DicomImage } from './index.ts'

interface Facts {
  readonly file: string
  readonly refused?: string
  readonly shape: readonly number[]
  readonly components: number
  readonly placed: boolean
  readonly affine: readonly number[]
  readonly voxels: string
}

const fixture = new URL('../../fixtures/dicom-conformance.json', import.meta.url)
const { files } = JSON.parse(readFileSync(fixture, 'utf8')) as { files: Record<string, Facts> }
/** Folder of the files; they belong to other projects and are not kept here. */
const folder = process.env['LEANVOX_CONFORMANCE_DICOM']

/** Files that pydicom reads and this package refuses, and why. */
const REFUSED_HERE: Record<string, string> = {
  'dicom-seg/highdicom/seg_image_ct_binary_overlap.dcm': 'bad-geometry',
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function voxels({ volumes }: DicomImage): string {
  const hash = createHash('sha256')
  for (const { data } of volumes) hash.update(new Uint8Array(Float64Array.from(data).buffer))
  return hash.digest('hex')
}

const read = Object.entries(files).filter(([name, { refused }]) => refused === undefined && !(name in REFUSED_HERE))
const refused = Object.entries(files).filter(([, facts]) => facts.refused !== undefined)

test('the table holds every common transfer syntax and refusals', () => {
  const syntaxes = new Set(Object.values(files).map((facts) => 'syntax' in facts && facts.syntax))
  expect(syntaxes.size).toBeGreaterThan(12)
  expect(read.length).toBeGreaterThan(150)
  expect(refused.length).toBeGreaterThan(40)
})

const why = folder === undefined ? ' (LEANVOX_CONFORMANCE_DICOM is not set)' : ''
describe.skipIf(folder === undefined)(`files of other projects${why}`, () => {
  const bytesOf = (name: string) => readFileSync(join(folder ?? '', name))

  test.each(read)('%s reads as in pydicom and imagecodecs', async (name, facts) => {
    const bytes = bytesOf(name)
    expect(sha256(bytes)).toBe(facts.file)
    const image = await decodeDicom(bytes, { name })
    expect(image.volumes[0].shape).toEqual(facts.shape)
    expect(image.components).toBe(facts.components)
    expect(image.placed).toBe(facts.placed)
    facts.affine.forEach((value, i) => expect(image.volumes[0].affine[i]).toBeCloseTo(value, 9))
    expect(voxels(image)).toBe(facts.voxels)
  })

  test.each(refused)('%s is refused clearly', async (name) => {
    await expect(decodeDicom(bytesOf(name), { name })).rejects.toBeInstanceOf(MedicalImageError)
  })

  test.each(Object.entries(REFUSED_HERE))('%s is refused here: %s', async (name, code) => {
    await expect(decodeDicom(bytesOf(name), { name })).rejects.toMatchObject({ code })
  })
})
