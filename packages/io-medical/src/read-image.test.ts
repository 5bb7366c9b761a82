import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createVolume } from '@leanvox/volume'
import { describe, expect, test } from 'vitest'
import { freshFolder, writePng } from '../fixtures/write-picture.ts'
import { encodeNifti } from './encode-nifti.ts'
import { imageFormat } from './image-format.ts'
import { readTiff } from './images/decode-tiff.ts'
import { encodeMetaImage } from './metaimage/write-metaimage.ts'
import { encodeNrrd } from './nrrd/write-nrrd.ts'
import { readImage } from './read-image.ts'

const fixtures = new URL('../fixtures/', import.meta.url)
const fixture = (name: string) => new URL(name, fixtures).pathname
const tiffs = JSON.parse(readFileSync(fixture('tiff.json'), 'utf8')) as Record<
  string,
  { shape: number[]; voxels: number[] }
>
const volume = createVolume({ data: Int16Array.of(1, 2, 3, 4), shape: [1, 2, 2], spacing: [3, 2, 1] })

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(await freshFolder(), name)
  writeFileSync(path, bytes)
  return path
}

describe('volumes', () => {
  test.each([
    ['NIfTI', encodeNifti(volume)],
    ['NIfTI', gzipSync(encodeNifti(volume, { version: 2 }))],
    ['NRRD', encodeNrrd(volume)],
    ['MetaImage', encodeMetaImage(volume)],
  ])('%s is known without its name', async (format, bytes) => {
    const image = await readImage(await file('image.dat', bytes))
    expect(image).toMatchObject({ kind: 'volume', format, components: 1, warnings: [] })
    expect(image.kind === 'volume' && image.volumes[0]).toEqual(volume)
  })

  test('a pair is read from either half', async () => {
    for (const half of ['odd/pair1.hdr', 'odd/pair1.img']) {
      expect(await readImage(fixture(half))).toMatchObject({ kind: 'volume', format: 'NIfTI' })
    }
  })
})

describe('a folder of DICOM slices', () => {
  test('of colours gives every colour', async () => {
    const folder = await freshFolder()
    copyFileSync(fixture('dicom/rgb-planar.dcm'), join(folder, 'a'))
    const image = await readImage(folder)
    const one = await readImage(fixture('dicom/rgb-planar.dcm'))
    expect(image).toMatchObject({ kind: 'volume', format: 'DICOM', components: 3 })
    expect(image).toEqual(one)
  })
})

describe('pictures', () => {
  test('PNG, JPEG and BMP are known without their names', async () => {
    for (const [format, name] of [
      ['PNG', 'grey.png'],
      ['JPEG', 'grey.jpg'],
      ['BMP', 'grey8.bmp'],
    ] as const) {
      // prettier-ignore
      const path = await file('any', readFileSync(fixture(`pictures/${name}`)))
      expect(await readImage(path)).toMatchObject({ kind: 'picture', format, picture: { channels: 1 } })
    }
  })

  test.each(['grey8.tif', 'grey16.tif', 'grey16-big-endian.tif', 'colour.tif'])(
    '%s of one page is one',
    async (name) => {
      const image = await readImage(fixture(`tiff/${name}`))
      if (image.kind !== 'picture') throw new TypeError('expected a picture')
      expect(image.format).toBe('TIFF')
      expect([...image.picture.data]).toEqual(tiffs[name].voxels)
    },
  )
})

describe('pages of a TIFF', () => {
  test.each(['pages8.tif', 'pages16-deflate.tif'])('%s are depth', async (name) => {
    const image = await readImage(fixture(`tiff/${name}`))
    const { shape, voxels } = tiffs[name]
    expect(image).toMatchObject({ kind: 'volume', format: 'TIFF', components: 1, warnings: [expect.any(String)] })
    const [{ data, shape: found }] = (await readTiff(fixture(`tiff/${name}`))).volumes
    expect([...data]).toEqual(voxels)
    expect(found).toEqual(shape)
  })

  test('of colours are one volume each', async () => {
    const { volumes, components } = await readTiff(fixture('tiff/pages-colour.tif'))
    expect(components).toBe(3)
    const { voxels } = tiffs['pages-colour.tif']
    expect(volumes.map(({ data }) => [...data])).toEqual([0, 1, 2].map((c) => voxels.filter((_, i) => i % 3 === c)))
  })

  test('of floats are refused', async () => {
    await expect(readImage(fixture('tiff/float32.tif'))).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('that are cut off are refused', async () => {
    const path = await file('cut.tif', readFileSync(fixture('tiff/pages8.tif')).subarray(0, 60))
    await expect(readImage(path)).rejects.toMatchObject({ code: 'bad-image', file: path })
  })
})

describe('refusals', () => {
  const analyze = Buffer.alloc(348)
  analyze.writeInt32LE(348)
  test.each([
    ['Analyze', analyze, 'unsupported', 'an Analyze 7.5 header, which has no orientation (convert it to NIfTI)'],
    ['MGH', gzipSync(Buffer.from([0, 0, 0, 1, 0, 0, 0, 9])), 'unsupported', 'a FreeSurfer MGH file'],
    ['GIF', Buffer.from('GIF89a..'), 'unsupported', 'a GIF picture'],
    ['HDF5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'unsupported', 'an HDF5 file (MINC 2, Imaris)'],
    ['text', Buffer.from('hello there'), 'not-image', 'first bytes 68 65 6c 6c 6f 20 74 68'],
    ['nothing', Buffer.alloc(0), 'not-image', 'an empty file'],
  ])('%s is refused by its name', async (...[, bytes, code, found]) => {
    const path = await file('any', bytes)
    const expected = 'a NIfTI, NRRD, MetaImage, DICOM, TIFF, PNG, JPEG or BMP image'
    await expect(readImage(path)).rejects.toMatchObject({ code, file: path, expected, found })
  })

  test('a gzipped NRRD is refused, a missing file is not found, an empty folder holds no series', async () => {
    const path = await file('a.nrrd.gz', gzipSync(encodeNrrd(volume)))
    await expect(readImage(path)).rejects.toThrow(
      `readImage: expected an image that is not gzipped as a whole in ${path}, got a gzipped NRRD file`,
    )
    await expect(readImage('/nowhere/a.nii')).rejects.toMatchObject({ code: 'not-found' })
    const folder = join(await freshFolder(), 'empty')
    mkdirSync(folder)
    await expect(readImage(folder)).rejects.toHaveProperty('code')
    await writePng(join(folder, 'a.png'), [[1]])
    await expect(readImage(join(folder, 'a.png'))).resolves.toMatchObject({ format: 'PNG' })
  })
})

test('formats are told from few bytes, and nothing is taken for DICOM', () => {
  expect(imageFormat(new Uint8Array(0))).toBeUndefined()
  expect(imageFormat(Buffer.from('NDims = 3\n'))).toBe('MetaImage')
  expect(imageFormat(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))).toBe('DICOM')
  expect(imageFormat(Buffer.from([8, 0, 5, 0, 67, 83, 10, 0]))).toBe('DICOM')
  expect(imageFormat(Buffer.from([8, 0, 5, 0, 10, 9, 8, 7]))).toBeUndefined()
})
