import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createVolume } from '@leanvox/volume'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeNifti } from './encode-nifti.ts'
import { MedicalImageError } from './errors.ts'
import { decodeNifti, readNifti, readVolume } from './read-nifti.ts'

interface Expected {
  readonly file: string
  readonly version: number
  readonly littleEndian: boolean
  readonly datatype: string
  readonly dims: number[]
  readonly affineSource: string
  readonly affine: number[]
  readonly spacing: number[]
  readonly voxels: number[]
}

const fixtures = new URL('../fixtures/', import.meta.url)
const table = JSON.parse(readFileSync(new URL('nibabel.json', fixtures), 'utf8')) as Expected[]
const pathOf = (file: string) => new URL(`nibabel/${file}`, fixtures).pathname

const arrays: Record<string, string> = {
  uint8: 'Uint8Array',
  int8: 'Int8Array',
  uint16: 'Uint16Array',
  int16: 'Int16Array',
  uint32: 'Uint32Array',
  int32: 'Int32Array',
  uint64: 'Float64Array',
  int64: 'Float64Array',
  float32: 'Float32Array',
  float64: 'Float64Array',
}

describe('files written by nibabel', () => {
  test('cover every datatype, byte order and version', () => {
    const kinds = new Set(table.map((entry) => `${entry.datatype} ${entry.littleEndian} ${entry.version}`))
    expect(kinds.size).toBe(10 * 2 * 2)
  })

  test.each(table)('$file reads as nibabel reads it', async (entry) => {
    const { header, volumes } = await readNifti(pathOf(entry.file))
    const { version, littleEndian, datatype, dims, affineSource } = entry
    expect(header).toMatchObject({ version, littleEndian, datatype, affineSource })
    expect(header.dims).toEqual(dims)
    const [width, height, depth = 1, count = 1] = dims
    expect(volumes.length).toBe(count)
    expect(volumes[0].shape).toEqual([depth, height, width])
    const voxels = volumes.flatMap((volume) => [...volume.data])
    const scaled = entry.file.startsWith('scaled')
    // Narrow scaled values are kept in single precision here, in double by nibabel.
    expect(voxels).toEqual(scaled ? entry.voxels.map((value) => rounded(value, volumes[0].data)) : entry.voxels)
    expectClose([...volumes[0].affine], entry.affine)
    expectClose([...volumes[0].spacing], entry.spacing)
    if (!scaled) expect(volumes[0].data.constructor.name).toBe(arrays[datatype])
  })

  test('scaled integers become floats wide enough for their values', async () => {
    const typeOf = async (file: string) => (await readVolume(pathOf(file))).data.constructor.name
    expect(await typeOf('scaled-uint8-little.nii.gz')).toBe('Float32Array')
    expect(await typeOf('scaled-int16-big.nii.gz')).toBe('Float32Array')
    expect(await typeOf('scaled-int32-big.nii.gz')).toBe('Float64Array')
    expect(await typeOf('scaled-float32-little.nii.gz')).toBe('Float32Array')
  })
})

function rounded(value: number, data: object): number {
  return data instanceof Float32Array ? Math.fround(value) : value
}

// Rotations from quaternions and square roots may differ from numpy's in the last bits.
function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => expect(Math.abs(actual[i] - value)).toBeLessThan(1e-9 * (1 + Math.abs(value))))
}

const small = createVolume({ data: Int16Array.from({ length: 24 }, (_, i) => i), shape: [2, 3, 4] })

/** A valid file of 2 x 3 x 4 int16 voxels with some of its header overwritten. */
function patched(write: (view: DataView, bytes: Uint8Array) => void, version: 1 | 2 = 1): Uint8Array {
  const bytes = encodeNifti(small, { version })
  write(new DataView(bytes.buffer), bytes)
  return bytes
}

describe('bad input', () => {
  const plain = encodeNifti(small)
  const gz = gzipSync(plain)
  const cases: [title: string, bytes: Uint8Array, code: string, message: string][] = [
    [
      'an empty file',
      new Uint8Array(0),
      'not-nifti',
      'expected a NIfTI header (first 4 bytes 348 or 540) in f.nii, got 0 bytes',
    ],
    [
      'another format',
      Buffer.from('\x89PNG\r\n'),
      'not-nifti',
      'expected a NIfTI header (first 4 bytes 348 or 540) in f.nii, got bytes 194 137 80 78',
    ],
    ['a cut header', plain.subarray(0, 300), 'truncated', 'expected a header of 348 bytes in f.nii, got 300 bytes'],
    [
      'cut voxels',
      plain.subarray(0, 399),
      'truncated',
      'expected 400 bytes as the header claims in f.nii, got 399 bytes',
    ],
    [
      'bytes behind the voxels',
      Buffer.concat([plain, Buffer.alloc(2)]),
      'too-long',
      'expected 400 bytes as the header claims in f.nii, got 402 bytes',
    ],
    [
      'cut gzip',
      gz.subarray(0, gz.length - 9),
      'truncated',
      'expected 400 bytes as the header claims in f.nii, got a gzip stream that ends early',
    ],
    [
      'gzip without its checksum',
      gz.subarray(0, gz.length - 8),
      'truncated',
      'expected 400 bytes as the header claims in f.nii, got a gzip stream that ends early',
    ],
    [
      'a wrong gzip checksum',
      flipped(gz, gz.length - 8),
      'bad-gzip',
      'expected a readable gzip stream in f.nii, got incorrect data check',
    ],
    [
      'compressed voxels that are too few',
      gzipSync(plain.subarray(0, 390)),
      'truncated',
      'expected 400 bytes as the header claims in f.nii, got 390 bytes',
    ],
    [
      'compressed voxels that are too many',
      gzipSync(Buffer.concat([plain, Buffer.alloc(9)])),
      'too-long',
      'expected 400 bytes as the header claims in f.nii, got more',
    ],
    [
      'half of a pair',
      patched((_, b) => b.set(Buffer.from('ni1'), 344)),
      'unsupported',
      'expected a single-file NIfTI-1 (magic "n+1\\u0000") in f.nii, got half of an .hdr/.img pair',
    ],
    [
      'wrong magic bytes',
      patched((_, b) => b.set(Buffer.from('abc'), 344)),
      'not-nifti',
      'expected a single-file NIfTI-1 (magic "n+1\\u0000") in f.nii, got "abc\\u0000"',
    ],
    [
      'line ends changed by a text transfer',
      patched((_, b) => b.set([10, 10, 26], 8), 2),
      'not-nifti',
      'expected a single-file NIfTI-2 (magic "n+2\\u0000\\r\\n\\u001a\\n") in f.nii, got "n+2\\u0000\\n\\n\\u001a\\n"',
    ],
    [
      'no dimensions',
      patched((v) => v.setInt16(40, 0, true)),
      'bad-header',
      'expected 1 to 7 dimensions in f.nii, got 0',
    ],
    [
      'an extent of zero',
      patched((v) => v.setInt16(44, 0, true)),
      'bad-header',
      'expected extents of at least 1 voxel in f.nii, got 4 x 0 x 2',
    ],
    [
      'a negative extent',
      patched((v) => v.setInt16(42, -4, true)),
      'bad-header',
      'expected extents of at least 1 voxel in f.nii, got -4 x 3 x 2',
    ],
    [
      'an extent larger than the file',
      patched((v) => v.setInt16(46, 3, true)),
      'truncated',
      'expected 424 bytes as the header claims in f.nii, got 400 bytes',
    ],
    [
      'an extent smaller than the file',
      patched((v) => v.setInt16(46, 1, true)),
      'too-long',
      'expected 376 bytes as the header claims in f.nii, got 400 bytes',
    ],
    [
      'extents beyond any memory',
      patched((v) => [16, 24, 32, 40].forEach((o) => v.setBigInt64(o, o > 16 ? 2n ** 40n : 3n, true)), 2),
      'bad-header',
      'expected extents that fit in memory in f.nii, got 1099511627776 x 1099511627776 x 1099511627776',
    ],
    [
      'complex numbers',
      patched((v) => v.setInt16(70, 32, true)),
      'unsupported',
      'expected a datatype of real numbers or colours in f.nii, got complex64 (code 32)',
    ],
    [
      'an unknown datatype',
      patched((v) => v.setInt16(70, 77, true)),
      'unsupported',
      'expected a datatype of real numbers or colours in f.nii, got an unknown datatype (code 77)',
    ],
    [
      'voxels inside the header',
      patched((v) => v.setFloat32(108, 348, true)),
      'bad-header',
      'expected vox_offset >= 352 in f.nii, got 348',
    ],
    [
      'an offset that is no number',
      patched((v) => v.setFloat32(108, NaN, true)),
      'bad-header',
      'expected vox_offset >= 352 in f.nii, got NaN',
    ],
    [
      'a slope without intercept',
      patched((v) => v.setFloat32(116, NaN, true)),
      'bad-header',
      'expected a finite scl_inter beside scl_slope 1 in f.nii, got NaN',
    ],
    [
      'a singular sform',
      patched((v) => v.setFloat32(280, 0, true)),
      'bad-header',
      'expected an invertible affine from the sform in f.nii, got 0 0 0 0 0 1 0 0 0 0 1 0',
    ],
    [
      'six dimensions',
      patched((v) => [40, 52].forEach((o) => v.setInt16(o, o === 40 ? 6 : 2, true))),
      'unsupported',
      'expected at most 5 dimensions in f.nii, got 4 x 3 x 2 x 1 x 1 x 2',
    ],
  ]

  test.each(cases)('%s is refused', (...[, bytes, code, message]) => {
    const error = failure(() => decodeNifti(bytes, { name: 'f.nii' }))
    expect(error.message).toBe(`readNifti: ${message}`)
    expect(error).toMatchObject({ code, file: 'f.nii' })
  })

  test('64-bit integers beyond 2^53 - 1 are refused with the value', () => {
    const wide = createVolume({ data: new Float64Array(2), shape: [1, 1, 2] })
    const bytes = encodeNifti(wide, { datatype: 'int64' })
    new DataView(bytes.buffer).setBigInt64(360, -(2n ** 53n) - 1n, true)
    const message = 'expected 64-bit integers within ±(2^53 - 1) in f.nii, got -9007199254740993 at voxel 1'
    expect(failure(() => decodeNifti(bytes, { name: 'f.nii' })).message).toBe(`readNifti: ${message}`)
  })

  test('a missing file is named', async () => {
    const error = await readNifti('/no/such.nii.gz').catch((reason: unknown) => reason)
    expect(String(error)).toBe(
      'MedicalImageError: readNifti: expected a readable file in /no/such.nii.gz, got no such file',
    )
    expect(error).toMatchObject({ code: 'not-found' })
  })

  test('a folder is unreadable', async () => {
    const error = await readNifti(tmpdir()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'unreadable', found: 'EISDIR' })
  })

  test('several volumes are not one', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'io-medical-')), 'four.nii')
    await writeFile(path, encodeNifti([small, small]))
    await expect(readVolume(path)).rejects.toThrow(`readVolume: expected one volume in ${path}, got 2 volumes`)
  })

  test('a claim of terabytes in a small gzip file is refused before anything is inflated', () => {
    const bytes = gzipSync(patched((v) => [24, 32, 40].forEach((o) => v.setBigInt64(o, 10000n, true)), 2))
    const error = failure(() => decodeNifti(bytes, { name: 'f.nii.gz' }))
    expect(error.code).toBe('truncated')
    expect(error.found).toBe(`${bytes.length} compressed bytes`)
  })

  test('a gzip bomb behind a small header is not inflated', () => {
    const bomb = gzipSync(Buffer.concat([plain, Buffer.alloc(1 << 27)]))
    const before = process.memoryUsage().arrayBuffers
    expect(failure(() => decodeNifti(bomb)).code).toBe('too-long')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 25)
  })

  test('a broken chain of extensions does not matter', () => {
    const bytes = patched((view) => {
      view.setUint8(348, 1)
      view.setInt32(352, -16, true)
    })
    expect(decodeNifti(bytes).volumes[0].shape).toEqual([2, 3, 4])
  })
})

describe('truncation', () => {
  test.each([
    ['plain', encodeNifti(small)],
    ['NIfTI-2', encodeNifti(small, { version: 2 })],
    ['gzip', gzipSync(encodeNifti(small))],
  ])('a %s file cut at any byte is refused', (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(failure(() => decodeNifti(bytes.subarray(0, length)))).toBeInstanceOf(MedicalImageError)
    }
  })
})

describe('damage', () => {
  test.each([1, 2] as const)('to any header bytes of NIfTI-%i gives a volume or a MedicalImageError', (version) => {
    const whole = encodeNifti(small, { version })
    const change = fc.tuple(fc.nat(version === 1 ? 351 : 543), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, compress) => {
        const bytes = Uint8Array.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        try {
          const { volumes } = decodeNifti(compress ? gzipSync(bytes) : bytes)
          expect(volumes.length * volumes[0].data.byteLength).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(MedicalImageError)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('to any bytes of a gzip file gives the same voxels or a MedicalImageError', () => {
    const whole = gzipSync(encodeNifti(small))
    for (let at = 0; at < whole.length; at++) {
      try {
        expect(decodeNifti(flipped(whole, at)).volumes[0].data).toEqual(small.data)
      } catch (error) {
        expect(error).toBeInstanceOf(MedicalImageError)
      }
    }
  })
})

describe('decodeNifti', () => {
  test('reads a view into a larger buffer', () => {
    const bytes = Buffer.concat([Buffer.alloc(3), encodeNifti(small)]).subarray(3)
    expect(decodeNifti(bytes).volumes[0].data).toEqual(small.data)
  })

  test('copies the voxels', () => {
    const bytes = encodeNifti(small)
    const [volume] = decodeNifti(bytes).volumes
    bytes.fill(0xff)
    expect(volume.data).toEqual(small.data)
  })

  test('takes pixdim alone when neither form is set: no orientation, origin 0, lengths positive', () => {
    const bytes = patched((view) => {
      view.setInt16(252, 0, true)
      view.setInt16(254, 0, true)
      ;[-2, 0, 3].forEach((step, i) => view.setFloat32(80 + 4 * i, step, true))
    })
    const { header, volumes } = decodeNifti(bytes)
    expect(header.affineSource).toBe('pixdim')
    expect(volumes[0].affine).toEqual([2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1])
  })

  test('takes a quaternion within float32 rounding of half a turn as half a turn, like nibabel', () => {
    const bytes = patched((view) => {
      view.setInt16(254, 0, true)
      view.setFloat32(256, 1 - 2 ** -24, true) // the float32 below 1; its root would tilt the volume by 0.04 degrees
    })
    const turned = decodeNifti(bytes).volumes[0].affine.map((value) => value + 0)
    expect(turned).toEqual([1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1])
  })

  test('scales a quaternion that rounding left longer than 1', () => {
    const bytes = patched((view) => {
      view.setInt16(254, 0, true)
      view.setFloat32(264, 1.0000001, true)
    })
    // d = 1 alone: half a turn about z.
    const rounded = decodeNifti(bytes).volumes[0].affine.map((value) => Math.round(value * 1e6) / 1e6 + 0)
    expect(rounded).toEqual([-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  })
})

function failure(act: () => unknown): MedicalImageError {
  try {
    act()
  } catch (error) {
    if (error instanceof MedicalImageError) return error
    throw error
  }
  throw new Error('expected a MedicalImageError, got none')
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] ^= 0xff
  return copy
}
