import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Volume } from '@leanvox/volume'
import { MedicalImageError } from '../errors.ts'
import { decodeDicom, isDicom, readDicomFile } from './index.ts'

interface Facts {
  readonly shape: readonly number[]
  readonly components: number
  readonly placed: boolean
  readonly affine: readonly number[]
  readonly voxels: string
  readonly mean: number
}

/** Irreversible HTJ2K: two builds of OpenJPH round a few voxels differently. */
const ROUNDED = ['htj2k-lossy.dcm']

const folder = new URL('../../fixtures/dicom/', import.meta.url)
const { images } = JSON.parse(readFileSync(new URL('../../fixtures/dicom.json', import.meta.url), 'utf8')) as {
  images: Record<string, Facts>
}
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)))

function voxels(volumes: readonly Volume[]): string {
  const hash = createHash('sha256')
  for (const { data } of volumes) hash.update(new Uint8Array(Float64Array.from(data).buffer))
  return hash.digest('hex')
}

describe('readDicomFile', () => {
  test.each(Object.entries(images))('%s has the voxels and the affine that pydicom gives', async (name, facts) => {
    const image = await readDicomFile(fileURLToPath(new URL(name, folder)))
    expect(image.volumes[0].shape).toEqual(facts.shape)
    expect(image.components).toBe(facts.components)
    expect(image.placed).toBe(facts.placed)
    facts.affine.forEach((value, i) => expect(image.volumes[0].affine[i]).toBeCloseTo(value, 9))
    const [{ data }] = image.volumes
    if (ROUNDED.includes(name))
      expect([...data].reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(facts.mean, 1)
    else expect(voxels(image.volumes)).toBe(facts.voxels)
  })

  test('reads the same from bytes as from a file', async () => {
    for (const name of ['explicit.dcm', 'big-endian.dcm', 'deflated.dcm', 'rle-frames.dcm']) {
      expect(voxels((await decodeDicom(bytesOf(name))).volumes)).toBe(images[name].voxels)
    }
  })

  test('keeps integers where slope and intercept are whole, and says so by the type alone', async () => {
    const typeOf = async (name: string) => (await decodeDicom(bytesOf(name))).volumes[0].data.constructor.name
    expect(await typeOf('explicit.dcm')).toBe('Int16Array') // 12 bits - 1024
    expect(await typeOf('fractional-slope.dcm')).toBe('Float32Array')
    expect(await typeOf('enhanced.dcm')).toBe('Int32Array') // 16 bits * 4 - 10
    expect(await typeOf('float.dcm')).toBe('Float32Array')
  })

  test('warns of MONOCHROME1 and of images without a place', async () => {
    const { warnings, volumes } = await decodeDicom(bytesOf('monochrome1.dcm'))
    expect(warnings).toEqual([
      'no position in the patient: the affine holds spacings only',
      'MONOCHROME1: low values are meant to be shown bright; values are kept',
    ])
    expect(volumes[0].spacing).toEqual([1, 0.2, 0.3])
  })

  test('knows DICOM by content', () => {
    expect(isDicom(bytesOf('explicit.dcm'))).toBe(true)
    expect(isDicom(bytesOf('explicit.dcm').subarray(132))).toBe(true) // no preamble: group 0002 first
    expect(isDicom(new Uint8Array(0))).toBe(false)
    expect(isDicom(new TextEncoder().encode('P6 8 8 255 not an image of this kind'))).toBe(false)
  })
})

const refusal = (bytes: Uint8Array) =>
  decodeDicom(bytes, { name: 'a.dcm' }).then(
    () => 'read',
    (error: unknown) => error,
  )

/** The same file with bytes of an element replaced. */
function changed(name: string, tag: ArrayLike<number>, change: (view: DataView, at: number) => void): Uint8Array {
  const bytes = bytesOf(name)
  const at = Buffer.from(bytes).indexOf(Uint8Array.from(tag))
  expect(at).toBeGreaterThan(0)
  change(new DataView(bytes.buffer), at)
  return bytes
}

describe('decodeDicom refuses', () => {
  test('other files', async () => {
    expect(await refusal(new TextEncoder().encode('hello'))).toMatchObject({
      code: 'not-dicom',
      message: 'readDicom: expected "DICM" at byte 128, or a bare data set in a.dcm, got 5 bytes',
    })
  })

  test('a file cut inside of its pixels, and one cut in its header', async () => {
    const bytes = bytesOf('explicit.dcm')
    expect(await refusal(bytes.subarray(0, -2))).toMatchObject({
      code: 'truncated',
      message: 'readDicom: expected 1 frames of 12 x 10, 240 bytes in a.dcm, got 238 bytes of pixel data',
    })
    expect(await refusal(bytes.subarray(0, 300))).toMatchObject({ code: 'truncated' })
  })

  test('a declared length beyond the file, without allocating it', async () => {
    const huge = changed('implicit.dcm', [0x10, 0x00, 0x20, 0x00], (view, at) =>
      view.setUint32(at + 4, 0xfffffff0, true),
    )
    expect(await refusal(huge)).toMatchObject({ code: 'truncated' })
    const rows = changed('explicit.dcm', [0x28, 0, 0x10, 0, 0x55, 0x53], (view, at) =>
      view.setUint16(at + 8, 65535, true),
    )
    expect(await refusal(rows)).toMatchObject({ code: 'truncated', found: '240 bytes of pixel data' })
  })

  test('a compressed image that claims more than its bytes can hold', async () => {
    const claim = (name: string) => {
      const bytes = changed(name, [0x28, 0, 0x10, 0, 0x55, 0x53], (view, at) => view.setUint16(at + 8, 65535, true))
      return refusal(bytes)
    }
    for (const name of [
      'jpeg-ls.dcm',
      'jpeg-2000.dcm',
      'jpeg-lossless.dcm',
      'jpeg-baseline.dcm',
      'htj2k.dcm',
      'rle.dcm',
    ]) {
      expect(await claim(name)).toBeInstanceOf(MedicalImageError)
    }
  })

  test('fewer fragments than frames, and a fragment that is longer than the file', async () => {
    const frames = changed('rle-frames.dcm', Buffer.from('IS\x02\x003 '), (view, at) => view.setUint8(at + 4, 0x39))
    expect(await refusal(frames)).toMatchObject({ code: 'bad-dicom', expected: 'fragments of 9 frames' })
    const long = changed('jpeg-ls.dcm', [0xfe, 0xff, 0x00, 0xe0, 4, 0, 0, 0], (view, at) =>
      view.setUint32(at + 16, 1e6, true),
    )
    expect(await refusal(long)).toMatchObject({ code: 'truncated', expected: 'a fragment of 1000000 bytes' })
  })

  test('unknown transfer syntaxes, colours and bits', async () => {
    const syntax = changed('explicit.dcm', Buffer.from('1.2.840.10008.1.2.1\0'), (view, at) =>
      view.setUint8(at + 18, 0x39),
    )
    expect(await refusal(syntax)).toMatchObject({ code: 'unsupported', found: '1.2.840.10008.1.2.9' })
    const colours = changed('explicit.dcm', Buffer.from('MONOCHROME2'), (view, at) => view.setUint8(at, 0x4e))
    expect(await refusal(colours)).toMatchObject({ code: 'unsupported', found: 'NONOCHROME2' })
    const bits = changed('explicit.dcm', [0x28, 0, 0, 1, 0x55, 0x53], (view, at) => view.setUint16(at + 8, 12, true))
    expect(await refusal(bits)).toMatchObject({
      code: 'unsupported',
      expected: 'BitsAllocated 1, 8, 16, 32',
      found: '12',
    })
  })

  test('every cut of every file with a tagged error, and no cut hangs', async () => {
    for (const name of Object.keys(images)) {
      const bytes = bytesOf(name)
      for (let length = 0; length < bytes.length; length += 1 + Math.floor(bytes.length / 25)) {
        const outcome = await refusal(bytes.subarray(0, length))
        if (outcome !== 'read') expect(outcome).toBeInstanceOf(MedicalImageError)
      }
    }
  })

  test('damaged bytes anywhere with a tagged error, or reads them', async () => {
    const names = Object.keys(images)
    const damage = fc.record({
      name: fc.constantFrom(...names),
      places: fc.array(
        fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), value: fc.nat(255) }),
        { minLength: 1, maxLength: 8 },
      ),
    })
    const property = fc.asyncProperty(damage, async ({ name, places }) => {
      const bytes = bytesOf(name)
      for (const { at, value } of places) bytes[132 + Math.floor(at * (bytes.length - 132))] = value
      const outcome = await refusal(bytes)
      expect(outcome === 'read' || outcome instanceof MedicalImageError).toBe(true)
    })
    await fc.assert(property, { numRuns: 300, seed: 5 })
  })
})
