import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createVolume, type Affine } from '@leanvox/volume'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freshFolder } from '../../fixtures/write-picture.ts'
import { decodeNrrd, readNrrd } from './read-nrrd.ts'
import { encodeNrrd, writeNrrd } from './write-nrrd.ts'

/** An attached file: header lines, an empty line, bytes. */
function file(lines: readonly string[], bytes: Uint8Array | string): Buffer {
  return Buffer.concat([Buffer.from(`${['NRRD0004', ...lines].join('\n')}\n\n`), Buffer.from(bytes)])
}

const LINE = ['type: uint8', 'dimension: 3', 'sizes: 2 1 1']
const six = ['type: short', 'dimension: 3', 'sizes: 3 2 1', 'endian: little']
const values = Int16Array.of(1, -2, 3, -4, 5, -6)
const raw = new Uint8Array(values.buffer)
const dataOf = (bytes: Uint8Array) => [...decodeNrrd(bytes).volumes[0].data]

describe('codings', () => {
  test.each([
    ['raw', raw],
    ['gzip', gzipSync(raw)],
    ['gz', Buffer.concat([gzipSync(raw.subarray(0, 5)), gzipSync(raw.subarray(5))])],
    ['ascii', '1 -2 3\n-4, 5 -6\n'],
    [
      'hex',
      Buffer.from(raw)
        .toString('hex')
        .replace(/(.{6})/g, '$1\n'),
    ],
  ])('%s is read', (coding, bytes) => {
    expect(dataOf(file([...six, `encoding: ${coding}`], bytes))).toEqual([...values])
  })

  test('big-endian is swapped', () => {
    const swapped = Buffer.from(raw).swap16()
    expect(dataOf(file([...six.slice(0, 3), 'endian: big', 'encoding: raw'], swapped))).toEqual([...values])
  })

  test.each([
    ['byte skip: 3', 'raw', Buffer.concat([Buffer.from('abc'), raw])],
    ['byte skip: -1', 'raw', Buffer.concat([Buffer.from('any length'), raw])],
    ['line skip: 2', 'raw', Buffer.concat([Buffer.from('one\ntwo\n'), raw])],
    ['byteskip: 4', 'gzip', gzipSync(Buffer.concat([Buffer.from('four'), raw]))],
    ['lineskip: 1', 'gzip', Buffer.concat([Buffer.from('one\n'), gzipSync(raw)])],
  ])('%s with %s leaves out what comes first', async (skip, coding, bytes) => {
    const content = file([...six, `encoding: ${coding}`, skip], bytes)
    expect(dataOf(content)).toEqual([...values])
    const path = join(await freshFolder(), 'a.nrrd')
    writeFileSync(path, content)
    expect([...(await readNrrd(path)).volumes[0].data]).toEqual([...values])
  })

  test('text holds NaN and infinities of floats', () => {
    const lines = ['type: float', 'dimension: 1', 'sizes: 4', 'encoding: text']
    expect(dataOf(file(lines, 'nan -inf Inf 1.5e2'))).toEqual([NaN, -Infinity, Infinity, 150])
  })
})

describe('geometry', () => {
  const affineOf = (...lines: string[]) => decodeNrrd(file([...LINE, ...lines, 'encoding: raw'], 'ab')).header.affine
  const directions = 'space directions: (2,0,0) (0,3,0) (0,0,4)'

  test.each([
    ['left-posterior-superior', [-2, 0, 0, -5, 0, -3, 0, -6, 0, 0, 4, 7]],
    ['LPS', [-2, 0, 0, -5, 0, -3, 0, -6, 0, 0, 4, 7]],
    ['right-anterior-superior', [2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7]],
    ['LAS', [-2, 0, 0, -5, 0, 3, 0, 6, 0, 0, 4, 7]],
    ['scanner-xyz', [-2, 0, 0, -5, 0, -3, 0, -6, 0, 0, 4, 7]],
  ])('%s becomes RAS+', (space, rows) => {
    expect(affineOf(`space: ${space}`, directions, 'space origin: (5,6,7)')).toEqual([...rows, 0, 0, 0, 1])
  })

  test('directions are the columns of the affine', () => {
    const affine = affineOf('space: RAS', 'space directions: (0,2,0) (0,0,3) (4,0,0)')
    expect(affine).toEqual([0, 0, 4, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 1])
  })

  test('spacings alone are LPS axes, as in ITK', () => {
    expect(affineOf('spacings: 2 3 nan').slice(0, 11)).toEqual([-2, 0, 0, 0, 0, -3, 0, 0, 0, 0, 1])
  })

  test('a plane in space gets a third axis at right angles', () => {
    const lines = ['type: uint8', 'dimension: 2', 'sizes: 2 1', 'space: RAS', 'space directions: (0,0,2) (0,2,0)']
    const { volumes } = decodeNrrd(file([...lines, 'encoding: raw'], 'ab'))
    expect(volumes[0].shape).toEqual([1, 1, 2])
    expect(volumes[0].affine).toEqual([0, 0, -1, 0, 0, 2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1])
  })
})

describe('axes that are no space', () => {
  const base = ['type: uint8', 'dimension: 4', 'encoding: raw', 'space: RAS']

  test('colours before space are interleaved', () => {
    const lines = [...base, 'sizes: 3 2 1 1', 'kinds: RGB-color domain domain domain']
    const { volumes, components } = decodeNrrd(
      file([...lines, 'space directions: none (1,0,0) (0,1,0) (0,0,1)'], Buffer.of(1, 2, 3, 4, 5, 6)),
    )
    expect(components).toBe(3)
    expect(volumes.map(({ data }) => [...data])).toEqual([[1, 4], [2, 5], [3, 6]]) // prettier-ignore
  })

  test('times after space are volumes side by side', () => {
    const lines = [...base, 'sizes: 2 1 1 2', 'kinds: space space space list']
    const { volumes, components } = decodeNrrd(file(lines, Buffer.of(1, 2, 3, 4)))
    expect(components).toBe(1)
    expect(volumes.map(({ data }) => [...data])).toEqual([[1, 2], [3, 4]]) // prettier-ignore
    expect(volumes[0].data.buffer).toBe(volumes[1].data.buffer)
  })

  test('an unnamed axis after three is time', () => {
    const { volumes } = decodeNrrd(file([...base, 'sizes: 1 1 1 3'], Buffer.of(7, 8, 9)))
    expect(volumes.map(({ data }) => data[0])).toEqual([7, 8, 9])
  })
})

describe('detached headers', () => {
  async function folderWith(header: readonly string[], parts: Readonly<Record<string, Uint8Array>>): Promise<string> {
    const folder = await freshFolder()
    for (const [name, bytes] of Object.entries(parts)) writeFileSync(join(folder, name), bytes)
    const path = join(folder, 'a.nhdr')
    writeFileSync(path, ['NRRD0004', ...six, ...header].join('\r\n'))
    return path
  }
  const [first, second] = [raw.subarray(0, 6), raw.subarray(6)]

  test.each([
    ['one file', ['encoding: raw', 'data file: a.raw'], { 'a.raw': raw }],
    ['a compressed file', ['encoding: gzip', 'datafile: a.raw.gz'], { 'a.raw.gz': gzipSync(raw) }],
    ['a series', ['encoding: raw', 'data file: p%02d.raw 1 2 1'], { 'p01.raw': first, 'p02.raw': second }],
    [
      'a list',
      ['encoding: gz', 'data file: LIST', 'b.gz', 'c.gz'],
      { 'b.gz': gzipSync(first), 'c.gz': gzipSync(second) },
    ],
    ['text', ['encoding: ascii', 'data file: a.txt'], { 'a.txt': Buffer.from('1 -2 3 -4 5 -6') }],
  ])('%s is joined', async (_, header, parts: Record<string, Uint8Array>) => {
    const { volumes } = await readNrrd(await folderWith(header, parts))
    expect([...volumes[0].data]).toEqual([...values])
  })

  test('the file that is missing or short is named', async () => {
    const missing = await folderWith(['encoding: raw', 'data file: a.raw'], {})
    await expect(readNrrd(missing)).rejects.toMatchObject({ code: 'not-found', file: missing.replace('.nhdr', '.raw') })
    const short = await folderWith(['encoding: raw', 'data file: a.raw'], { 'a.raw': first })
    await expect(readNrrd(short)).rejects.toThrow(
      `readNrrd: expected 12 bytes as the header claims in ${short.replace('.nhdr', '.raw')}, got 6 bytes`,
    )
  })

  test('its bytes alone are refused', () => {
    const bytes = Buffer.from(['NRRD0004', ...six, 'encoding: raw', 'data file: a.raw'].join('\n'))
    expect(() => decodeNrrd(bytes)).toThrow(
      'readNrrd: expected voxels behind the header in the NRRD file, got 1 files of voxels',
    )
  })
})

describe('bad headers', () => {
  const short = (lines: readonly string[], bytes = 'ab') => file([...lines, 'encoding: raw'], bytes)
  test.each([
    [Buffer.from('NRRD000x\n\n'), 'expected NRRD0001 to NRRD0005 in the first line in n, got "NRRD000x"'],
    [Buffer.from('NRRD0006\n\n'), 'expected NRRD0001 to NRRD0005 in n, got NRRD0006'],
    [short(['dimension: 3', 'sizes: 2 1 1']), 'expected a field "type" in n, got none'],
    [short(['type: block', ...LINE.slice(1)]), 'expected a type of numbers in n, got "block"'],
    [short(['type: uint8', 'dimension: 2', 'sizes: 2 1 1']), 'expected 2 sizes in n, got "2 1 1"'],
    [short(['type: uint8', 'dimension: 1', 'sizes: 0']), 'expected extents of at least 1 in n, got 0'],
    [short([...LINE, 'no field']), 'expected a field or key in line 5 in n, got "no field"'],
    [short([...LINE, 'type: int8']), 'expected one field "type" in n, got two'],
    [short([...six.slice(0, 3)], 'x'), 'expected endian little or big in n, got none'],
    [short([...LINE, 'space directions: (1,0,0) (0,1,0)']), 'expected 3 space directions in n, got "(1,0,0) (0,1,0)"'],
    [
      short([...LINE, 'space directions: (1,0,0) (2,0,0) (0,0,1)']),
      'expected an invertible grid in n, got -1 -2 0 0 0 0 0 0 0 0 1 0',
    ],
    [short([...LINE, 'kinds: domain domain']), 'expected 3 kinds in n, got 2'],
    [short(LINE, 'a'), 'expected 2 bytes as the header claims in n, got 1 bytes'],
    [short(LINE, 'abc'), 'expected 2 bytes as the header claims in n, got 3 bytes'],
    [file([...LINE, 'encoding: bzip2'], 'BZh'), 'expected encoding raw, gzip, ascii or hex in n, got "bzip2"'],
    [file([...LINE, 'encoding: ascii'], '1 256'), 'expected numbers of type uint8 in n, got "256"'],
    [file([...LINE, 'encoding: ascii'], '1 x'), 'expected numbers of type uint8 in n, got "x"'],
    [file([...LINE, 'encoding: ascii'], '1  '), 'expected 2 numbers in n, got 1'],
    [file([...LINE, 'encoding: hex'], '0g01'), 'expected hexadecimal digits in n, got other characters'],
    [file([...LINE, 'encoding: hex'], '0001ff'), 'expected 4 digits in n, got 6'],
  ])('%#: are refused', (bytes, message) => {
    expect(() => decodeNrrd(bytes, { name: 'n' })).toThrow(`readNrrd: ${message}`)
  })
})

describe('writing', () => {
  const oblique: Affine = [0.5, -0.6, 0, 10.5, 0.375, 0.8, 0, -20.25, 0, 0, 3, 7, 0, 0, 0, 1]

  test('gives the header that 3D Slicer writes', () => {
    const volume = createVolume({ data: Int16Array.of(1, 2), shape: [1, 1, 2], affine: oblique })
    const text = Buffer.from(encodeNrrd(volume, { coding: 'raw', keys: { note: 'two\nlines \\' } })).toString('latin1')
    expect(text.split('\n\n')[0].split('\n')).toEqual([
      'NRRD0004',
      'type: int16',
      'dimension: 3',
      'space: left-posterior-superior',
      'sizes: 2 1 1',
      'space directions: (-0.5,-0.375,0) (0.6,-0.8,0) (0,0,3)',
      'kinds: domain domain domain',
      'endian: little',
      'encoding: raw',
      'space origin: (-10.5,20.25,7)',
      'note:=two\\nlines \\\\',
    ])
    expect(decodeNrrd(encodeNrrd(volume, { keys: { note: 'two\nlines \\' } })).header.keys['note']).toBe(
      'two\nlines \\',
    )
  })

  test('any geometry and type reads back exactly, attached and detached', async () => {
    const folder = await freshFolder()
    const step = fc.double({ min: -9, max: 9, noNaN: true })
    const affine = fc
      .array(step, { minLength: 12, maxLength: 12 })
      .map((rows) => [...rows, 0, 0, 0, 1])
      .filter(
        ([a, b, c, , d, e, f, , g, h, i]) =>
          Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 1,
      )
    const size = fc.integer({ min: 1, max: 4 })
    const kinds = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array]
    const codings = fc.constantFrom<('raw' | 'gzip')[]>('raw', 'gzip')
    const ways = fc.tuple(fc.constantFrom(...kinds), codings, fc.boolean())
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(affine, fc.tuple(size, size, size)),
        ways,
        async ([grid, shape], [kind, coding, detached]) => {
          const data = kind.from(Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i * 3))
          const volume = createVolume({ data, shape, affine: grid })
          const path = join(folder, detached ? 'a.nhdr' : 'a.nrrd')
          await writeNrrd(path, [volume, volume], { coding })
          const { volumes } = await readNrrd(path)
          expect(volumes).toEqual([volume, volume].map((one) => ({ ...one, affine: one.affine.map((v) => v + 0) })))
          if (!detached) expect(decodeNrrd(encodeNrrd(volume)).volumes[0].data).toEqual(data)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('refuses what a header cannot hold', async () => {
    const volume = createVolume({ data: Uint8Array.of(1), shape: [1, 1, 1] })
    expect(() => encodeNrrd(volume, { keys: { 'a:=b': '' } })).toThrow(RangeError)
    expect(() => encodeNrrd(volume, { components: 2 })).toThrow(
      'encodeNrrd: expected a number of components that divides the 1 volumes, got 2',
    )
    await expect(writeNrrd('a.nii', volume)).rejects.toThrow(
      'writeNrrd: expected a path ending with .nrrd or .nhdr, got a.nii',
    )
  })
})
