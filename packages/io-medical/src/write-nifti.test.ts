import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVolume, type Affine, type Shape3 } from '@leanvox/volume'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { writtenTable } from '../fixtures/written-table.ts'
import { encodeNifti } from './encode-nifti.ts'
import { decodeNifti, readVolume } from './read-nifti.ts'
import { writeNifti } from './write-nifti.ts'

const manifest = JSON.parse(readFileSync(new URL('../fixtures/written.json', import.meta.url), 'utf8')) as {
  sha256: Record<string, string>
}

const image = createVolume({ data: Float32Array.of(0, -1.5, 2, 3, 4, 5), shape: [1, 2, 3], spacing: [4, 0.5, 0.25] })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'io-medical-'))
})

describe('encodeNifti', () => {
  test('covers every file that nibabel has checked', () => {
    expect(writtenTable().map(({ name }) => name)).toEqual(Object.keys(manifest.sha256))
  })

  test.each(writtenTable())('writes the bytes of $name that nibabel read back', ({ name, volumes, encoding }) => {
    const hash = createHash('sha256').update(encodeNifti(volumes, encoding)).digest('hex')
    expect(hash).toBe(manifest.sha256[name])
  })

  test.each(writtenTable())('$name reads back here', ({ volumes, encoding }) => {
    const { volumes: back } = decodeNifti(encodeNifti(volumes, encoding))
    expect(back.map(({ data }) => [...data])).toEqual(volumes.map(({ data }) => [...data]))
    expect(back.map(({ shape }) => shape)).toEqual(volumes.map(({ shape }) => shape))
  })

  test('keeps data types, and takes the asked one', () => {
    const labels = createVolume({ data: Float32Array.of(0, 1), shape: [1, 1, 2] })
    expect(decodeNifti(encodeNifti(labels, { datatype: 'uint8' })).volumes[0].data).toEqual(Uint8Array.of(0, 1))
    expect(decodeNifti(encodeNifti(labels)).volumes[0].data).toEqual(Float32Array.of(0, 1))
  })

  test('keeps the description', () => {
    expect(decodeNifti(encodeNifti(image, { description: 'fold 1' })).header.description).toBe('fold 1')
  })

  test.each([
    ['uint8', -1.5, 1],
    ['int16', -1.5, 1],
  ] as const)('%s refuses a value it cannot hold', (datatype, value, voxel) => {
    const message = `encodeNifti: expected values that ${datatype} holds, got ${value} at voxel ${voxel}`
    expect(() => encodeNifti(image, { datatype })).toThrow(new RangeError(message))
  })

  test('float32 refuses what would become infinite', () => {
    const wide = createVolume({ data: Float64Array.of(1e300), shape: [1, 1, 1] })
    const message = 'encodeNifti: expected values that float32 holds, got 1e+300 at voxel 0'
    expect(() => encodeNifti(wide, { datatype: 'float32' })).toThrow(new RangeError(message))
  })

  test('version 1 refuses an axis of 32768 voxels', () => {
    const long = createVolume({ data: new Uint8Array(32768), shape: [32768, 1, 1] })
    const message = 'encodeNifti: expected axes of at most 32767 voxels in NIfTI-1, got 32768'
    expect(() => encodeNifti(long, { version: 1 })).toThrow(new RangeError(message))
  })

  test('refuses volumes of different shapes, and none', () => {
    const other = createVolume({ data: new Float32Array(6), shape: [1, 3, 2] })
    const message =
      'encodeNifti: expected volumes of one shape, affine and array type, got 1 x 2 x 3 float32 and 1 x 3 x 2 float32'
    expect(() => encodeNifti([image, other])).toThrow(new RangeError(message))
    expect(() => encodeNifti([])).toThrow(new RangeError('encodeNifti: expected at least one volume, got 0'))
  })

  test('refuses a description that does not fit', () => {
    const message = 'encodeNifti: expected at most 79 printable ASCII characters of description, got "é"'
    expect(() => encodeNifti(image, { description: 'é' })).toThrow(new RangeError(message))
  })
})

describe('a header', () => {
  const step = fc.double({ min: 0.1, max: 10, noNaN: true })
  const angle = fc.double({ min: -4, max: 4, noNaN: true })
  const rotated = fc.tuple(fc.tuple(step, step, step), fc.tuple(angle, angle, angle), fc.boolean())

  test('of any extents and rotation reads back, as sform and as qform', () => {
    fc.assert(
      fc.property(fc.tuple(size(), size(), size()), rotated, fc.constantFrom(1, 2), (shape, geometry, version) => {
        const affine = affineOf(geometry)
        const data = new Uint8Array(shape[0] * shape[1] * shape[2])
        const bytes = encodeNifti(createVolume({ data, shape, affine }), { version: version === 1 ? 1 : 2 })
        const tolerance = version === 1 ? 2e-5 : 1e-9
        expectAffine(decodeNifti(bytes), { affine, shape, source: 'sform', tolerance })
        new DataView(bytes.buffer).setInt16(version === 1 ? 254 : 348, 0, true)
        expectAffine(decodeNifti(bytes), { affine, shape, source: 'qform', tolerance: version === 1 ? 2e-2 : 1e-6 })
      }),
    )
  })
})

function size() {
  return fc.integer({ min: 1, max: 6 })
}

function affineOf([zooms, [a, b, c], mirrored]: [number[], number[], boolean]): Affine {
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
  const [x, y, z] = mirrored ? [-zooms[0], zooms[1], zooms[2]] : zooms
  return [
    [cb * cc * x, (sa * sb * cc - ca * sc) * y, (ca * sb * cc + sa * sc) * z, 12.25],
    [cb * sc * x, (sa * sb * sc + ca * cc) * y, (ca * sb * sc - sa * cc) * z, -3.5],
    [-sb * x, sa * cb * y, ca * cb * z, 100],
    [0, 0, 0, 1],
  ].flat()
}

function expectAffine(
  { header, volumes }: ReturnType<typeof decodeNifti>,
  expected: { affine: Affine; shape: Shape3; source: string; tolerance: number },
): void {
  expect(header.affineSource).toBe(expected.source)
  expect(volumes[0].shape).toEqual(expected.shape)
  const worst = Math.max(...expected.affine.map((value, i) => Math.abs(value - volumes[0].affine[i])))
  expect(worst).toBeLessThan(expected.tolerance)
}

describe('writeNifti', () => {
  test('writes what readVolume reads', async () => {
    for (const name of ['a.nii', 'a.nii.gz']) {
      await writeNifti(join(folder, name), image)
      expect(await readVolume(join(folder, name))).toEqual(image)
    }
  })

  test('compresses to the same bytes each time, without time or system in the gzip header', async () => {
    const [first, second] = [join(folder, 'b.nii.gz'), join(folder, 'c.nii.gz')]
    await writeNifti(first, image)
    await writeNifti(second, image)
    expect(await readFile(first)).toEqual(await readFile(second))
    expect([...(await readFile(first)).subarray(0, 10)]).toEqual([31, 139, 8, 0, 0, 0, 0, 0, 0, 255])
  })

  test('leaves the old file when the volume is refused', async () => {
    const path = join(folder, 'old.nii')
    await writeFile(path, 'old')
    await expect(writeNifti(path, image, { datatype: 'uint8' })).rejects.toThrow(RangeError)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('refuses another extension', async () => {
    const message = 'writeNifti: expected a path ending with .nii or .nii.gz (or .hdr, .img), got a.mha'
    await expect(writeNifti('a.mha', image)).rejects.toThrow(new RangeError(message))
  })
})
