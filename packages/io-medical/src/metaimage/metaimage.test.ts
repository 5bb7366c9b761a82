import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { createVolume, type Affine } from '@leanvox/volume'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { freshFolder } from '../../fixtures/write-picture.ts'
import { decodeMetaImage, readMetaImage } from './read-metaimage.ts'
import { encodeMetaImage, writeMetaImage } from './write-metaimage.ts'

const values = Int16Array.of(1, -2, 3, -4, 5, -6)
const raw = new Uint8Array(values.buffer)
const header = ['NDims = 3', 'DimSize = 3 2 1', 'ElementType = MET_SHORT']

function file(lines: readonly string[], bytes: Uint8Array | string = ''): Buffer {
  const text = ['ObjectType = Image', ...lines, 'ElementDataFile = LOCAL'].join('\n')
  return Buffer.concat([Buffer.from(`${text}\n`), Buffer.from(bytes)])
}
const dataOf = (bytes: Uint8Array) => [...decodeMetaImage(bytes).volumes[0].data]

describe('codings', () => {
  test.each([
    ['raw', [], raw],
    ['zlib', ['CompressedData = True'], deflateSync(raw)],
    ['gzip', ['CompressedData = True', 'CompressedDataSize = 9'], gzipSync(raw)],
    ['text', ['BinaryData = False'], '1 -2 3 -4 5 -6\n'],
    ['big-endian', ['ElementByteOrderMSB = True'], Buffer.from(raw).swap16()],
    ['header size', ['HeaderSize = 2'], Buffer.concat([Buffer.of(9, 9), raw])],
    ['header size from the end', ['HeaderSize = -1'], Buffer.concat([Buffer.of(9, 9, 9), raw])],
  ])('%s is read', async (_, lines, bytes) => {
    const content = file([...header, ...lines], bytes)
    expect(dataOf(content)).toEqual([...values])
    const path = join(await freshFolder(), 'a.mha')
    writeFileSync(path, content)
    expect([...(await readMetaImage(path)).volumes[0].data]).toEqual([...values])
  })

  test('lines may end with carriage returns and have any spaces', () => {
    const text =
      'ObjectType=Image\r\nNDims =1\r\n\r\nDimSize= 2\r\nElementType = MET_UCHAR\r\nElementDataFile = LOCAL\r\nab'
    expect(dataOf(Buffer.from(text))).toEqual([97, 98])
  })
})

describe('axes', () => {
  test('rows of the matrix are directions in LPS', () => {
    const lines = ['TransformMatrix = 0 1 0 0 0 1 1 0 0', 'Offset = 5 6 7', 'ElementSpacing = 2 3 4']
    const { volumes } = decodeMetaImage(file([...header, ...lines], raw))
    expect(volumes[0].affine).toEqual([0, 0, -4, -5, -2, 0, 0, -6, 0, 3, 0, 7, 0, 0, 0, 1])
    expect(volumes[0].spacing).toEqual([4, 3, 2])
  })

  test('ElementSize stands in for a missing spacing', () => {
    const { volumes } = decodeMetaImage(file([...header, 'ElementSize = 2 3 4'], raw))
    expect(volumes[0].spacing).toEqual([4, 3, 2])
  })

  test('channels are the fastest, a fourth dimension is time', () => {
    const lines = ['NDims = 4', 'DimSize = 1 1 1 2', 'ElementType = MET_UCHAR_ARRAY', 'ElementNumberOfChannels = 3']
    const { volumes, components } = decodeMetaImage(file(lines, Buffer.of(1, 2, 3, 4, 5, 6)))
    expect(components).toBe(3)
    expect(volumes.map(({ data }) => data[0])).toEqual([1, 4, 2, 5, 3, 6])
  })

  test('a plane has depth 1', () => {
    const lines = [
      'NDims = 2',
      'DimSize = 2 1',
      'ElementType = MET_UCHAR',
      'TransformMatrix = 0 1 -1 0',
      'Offset = 3 4',
    ]
    const { volumes } = decodeMetaImage(file(lines, 'ab'))
    expect(volumes[0].shape).toEqual([1, 1, 2])
    expect(volumes[0].affine).toEqual([0, 1, 0, -3, -1, 0, 0, -4, 0, 0, 1, 0, 0, 0, 0, 1])
  })
})

describe('files of voxels', () => {
  async function written(last: readonly string[], parts: Readonly<Record<string, Uint8Array>>): Promise<string> {
    const folder = await freshFolder()
    for (const [name, bytes] of Object.entries(parts)) writeFileSync(join(folder, name), bytes)
    const path = join(folder, 'a.mhd')
    writeFileSync(path, [...header, ...last].join('\n'))
    return path
  }
  const [first, second] = [raw.subarray(0, 6), raw.subarray(6)]

  test.each([
    ['one', ['ElementDataFile = a.raw'], { 'a.raw': raw }],
    ['a deflated one', ['CompressedData = True', 'ElementDataFile = a.zraw'], { 'a.zraw': deflateSync(raw) }],
    ['a list', ['ElementDataFile = LIST', 'b.raw', 'c.raw', ''], { 'b.raw': first, 'c.raw': second }],
    ['a series', ['ElementDataFile = p%03d.raw 4 5 1'], { 'p004.raw': first, 'p005.raw': second }],
    ['text', ['BinaryData = False', 'ElementDataFile = a.txt'], { 'a.txt': Buffer.from('1 -2 3 -4 5 -6') }],
  ])('%s is joined', async (_, last, parts: Record<string, Uint8Array>) => {
    expect([...(await readMetaImage(await written(last, parts))).volumes[0].data]).toEqual([...values])
  })

  test('the one that is missing is named', async () => {
    const path = await written(['ElementDataFile = gone.raw'], {})
    await expect(readMetaImage(path)).rejects.toMatchObject({
      code: 'not-found',
      file: path.replace('a.mhd', 'gone.raw'),
    })
  })
})

describe('bad headers', () => {
  test.each([
    [['NDims = 5'], 'expected NDims 1 to 4 in n, got 5'],
    [['NDims = 3', 'DimSize = 3 2', 'ElementType = MET_SHORT'], 'expected DimSize of 3 numbers in n, got "3 2"'],
    [['NDims = 1', 'DimSize = 0', 'ElementType = MET_SHORT'], 'expected extents of at least 1 in n, got 0 x 1'],
    [
      ['NDims = 1', 'DimSize = 1', 'ElementType = MET_STRING'],
      'expected an ElementType of numbers in n, got MET_STRING',
    ],
    [[...header, 'no key'], 'expected lines "Key = value" in n, got "no key"'],
    [[...header, 'ElementSpacing = 1 1 0'], 'expected an invertible grid in n, got -1 0 0 0 0 -1 0 0 0 0 0 0'],
    [[...header, 'ElementSpacing = 1 1 x'], 'expected ElementSpacing of 3 numbers in n, got "1 1 x"'],
    [[...header, 'HeaderSize = -2'], 'expected HeaderSize >= -1 in n, got -2'],
    [['ObjectType = Tube', ...header], 'expected ObjectType Image in n, got Tube'],
    [header, 'expected 12 bytes as the header claims in n, got 0 bytes'],
  ])('%#: are refused', (lines, message) => {
    expect(() => decodeMetaImage(file(lines), { name: 'n' })).toThrow(`readMetaImage: ${message}`)
  })

  test('a header without its last line is cut off', () => {
    const message = 'readMetaImage: expected a line "ElementDataFile" in n, got the end of the header'
    expect(() => decodeMetaImage(Buffer.from('NDims = 3\n'), { name: 'n' })).toThrow(message)
  })

  test('voxels elsewhere are refused from bytes alone', () => {
    const bytes = Buffer.from([...header, 'ElementDataFile = a.raw\n'].join('\n'))
    expect(() => decodeMetaImage(bytes)).toThrow('expected ElementDataFile LOCAL in the MetaImage file, got a.raw')
  })
})

describe('writing', () => {
  const oblique: Affine = [0.6, -1.6, 0, 10.5, 0.8, 1.2, 0, -20.25, 0, 0, 3, 7, 0, 0, 0, 1]
  const plane = (...numbers: number[]) =>
    createVolume({ data: Uint8Array.from(numbers), shape: [1, 1, 2], affine: oblique })

  test('gives the header that ITK writes', () => {
    const text = Buffer.from(encodeMetaImage(plane(1, 2), { compressed: false })).toString('latin1')
    expect(text.split('\n').slice(0, -1)).toEqual([
      'ObjectType = Image',
      'BinaryData = True',
      'BinaryDataByteOrderMSB = False',
      'CompressedData = False',
      'NDims = 3',
      'TransformMatrix = -0.6 -0.8 0 0.8 -0.6 0 0 0 1',
      'Offset = -10.5 20.25 7',
      'CenterOfRotation = 0 0 0',
      'ElementSpacing = 1 2 3',
      'DimSize = 2 1 1',
      'ElementType = MET_UCHAR',
      'ElementDataFile = LOCAL',
    ])
  })

  test('times and channels read back, attached and detached', async () => {
    const volumes = [plane(1, 2), plane(3, 4), plane(5, 6), plane(7, 8)]
    const folder = await freshFolder()
    for (const [name, compressed] of [
      ['a.mha', true],
      ['b.mhd', true],
      ['c.mhd', false],
    ] as const) {
      // prettier-ignore
      await writeMetaImage(join(folder, name), volumes, { components: 2, compressed })
      const back = await readMetaImage(join(folder, name))
      expect(back.components).toBe(2)
      expect(back.volumes.map(({ data }) => [...data])).toEqual(volumes.map(({ data }) => [...data]))
      back.volumes[0].affine.forEach((value, i) => expect(value).toBeCloseTo(oblique[i], 12))
    }
  })

  test('any rotation reads back', () => {
    const angle = fc.double({ min: -4, max: 4, noNaN: true })
    const step = fc.double({ min: 0.1, max: 9, noNaN: true })
    fc.assert(
      fc.property(fc.tuple(angle, angle), fc.tuple(step, step, step), fc.boolean(), ([a, b], [x, y, z], mirrored) => {
        const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)]
        const s = mirrored ? -1 : 1
        const affine = [s * ca * x, -sa * cb * y, sa * sb * z, 1, s * sa * x, ca * cb * y, -ca * sb * z, 2, 0, sb * y, cb * z, 3, 0, 0, 0, 1] // prettier-ignore
        const volume = createVolume({ data: Float32Array.of(1.5, -2, 3), shape: [3, 1, 1], affine })
        const [back] = decodeMetaImage(encodeMetaImage(volume)).volumes
        expect(back.data).toEqual(volume.data)
        back.affine.forEach((value, i) => expect(value).toBeCloseTo(affine[i], 10))
      }),
    )
  })

  test('refuses a sheared affine and another ending', async () => {
    const sheared = createVolume({ data: Uint8Array.of(1), shape: [1, 1, 1], affine: [1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }) // prettier-ignore
    expect(() => encodeMetaImage(sheared)).toThrow('encodeMetaImage: expected axes at right angles')
    await expect(writeMetaImage('a.nrrd', plane(1, 2))).rejects.toThrow(
      'writeMetaImage: expected a path ending with .mha or .mhd, got a.nrrd',
    )
  })
})
