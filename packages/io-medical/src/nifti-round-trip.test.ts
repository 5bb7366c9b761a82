import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createVolume, toRasPlus, type Affine } from '@leanvox/volume'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freshFolder } from '../fixtures/write-picture.ts'
import { encodeNifti, encodeNiftiPair } from './encode-nifti.ts'
import { decodeNifti, readNifti, readVolume, type NiftiImage } from './read-nifti.ts'
import { writeNifti } from './write-nifti.ts'

const fixture = (name: string) => new URL(`../fixtures/odd/${name}`, import.meta.url).pathname

const ODD = ['rgb.nii.gz', 'rgba.nii', 'rgb-times.nii.gz', 'pair1.hdr', 'big.hdr.gz', 'pair2.hdr', 'vectors.nii.gz', 'extensions.nii.gz'] // prettier-ignore

/** How to write what was read. */
function encodingOf({ header, components, extensions }: NiftiImage) {
  const { intent, description, version, colours } = header
  return { components, colours: colours > 1, intent, extensions, description, version }
}

function content({ volumes, components, extensions, header }: NiftiImage) {
  return { volumes, components, extensions, intent: header.intent, dims: header.dims, affine: header.affine }
}

describe('what was read', () => {
  test.each(ODD)('%s is written and read again without loss', async (name) => {
    const image = await readNifti(fixture(name))
    const folder = await freshFolder()
    for (const ending of ['.nii', '.nii.gz', '.hdr', '.img.gz']) {
      const path = join(folder, `again${ending}`)
      await writeNifti(path, image.volumes, encodingOf(image))
      const again = await readNifti(path)
      expect(content(again)).toEqual(content(image))
      expect(again.header.pair).toBe(!ending.startsWith('.nii'))
    }
  })

  test('keeps extensions byte for byte, padded to 16', () => {
    const volume = createVolume({ data: new Int16Array([5, -5]), shape: [1, 1, 2] })
    const extensions = [{ code: 6, data: Buffer.from('a comment of odd length') }]
    const { extensions: back, volumes } = decodeNifti(encodeNifti(volume, { extensions }))
    expect(back[0].code).toBe(6)
    expect(Buffer.from(back[0].data).toString()).toBe('a comment of odd length\0')
    expect(volumes[0].data).toEqual(Int16Array.of(5, -5))
  })

  test('names the halves of a pair in the case of the path', async () => {
    const folder = await freshFolder()
    const volume = createVolume({ data: Uint8Array.of(7), shape: [1, 1, 1] })
    await writeNifti(join(folder, 'A.IMG'), volume)
    expect((await readVolume(join(folder, 'A.HDR'))).data).toEqual(Uint8Array.of(7))
  })
})

describe('colours and components', () => {
  const plane = (...values: number[]) => createVolume({ data: Uint8Array.from(values), shape: [1, 1, 2] })

  test('colours lie side by side for each voxel', () => {
    const bytes = encodeNifti([plane(1, 2), plane(3, 4), plane(5, 6)], { components: 3, colours: true })
    expect([...bytes.subarray(352)]).toEqual([1, 3, 5, 2, 4, 6])
  })

  test('components become the fifth dimension', () => {
    const { header } = encodeNiftiPair([plane(1, 2), plane(3, 4)], { components: 2 })
    expect([...new Int16Array(header.buffer, 40, 8)]).toEqual([5, 2, 1, 1, 1, 2, 1, 1])
  })

  test.each([
    [{ components: 2 }, 'expected a number of components that divides the 3 volumes, got 2'],
    [{ components: 1, colours: true }, 'expected 3 or 4 components of uint8 as colours, got 1 components'],
    [
      { components: 3, colours: true, datatype: 'int16' },
      'expected 3 or 4 components of uint8 as colours, got 3 components of int16',
    ],
    [{ intent: { code: 1, parameters: [1, 2, 3, 4] } }, 'expected at most 3 intent parameters, got 4'],
    [
      { intent: { code: 1, name: 'sixteen letters!' } },
      'expected at most 15 printable ASCII characters of intent name, got "sixteen letters!"',
    ],
  ] as const)('%j is refused', (encoding, message) => {
    const volumes = [plane(1, 2), plane(3, 4), plane(5, 6)]
    expect(() => encodeNifti(volumes, encoding)).toThrow(new RangeError(`encodeNifti: ${message}`))
  })
})

describe('orientation', () => {
  const permutations = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] // prettier-ignore
  const all48 = permutations.flatMap((axes) => Array.from({ length: 8 }, (_, signs) => ({ axes, signs })))

  /** Voxel axis c goes along world axis axes[c], backwards where the bit of `signs` is set. */
  function affineOf({ axes, signs }: (typeof all48)[number], steps: readonly number[]): Affine {
    const affine = [0, 0, 0, 11, 0, 0, 0, -22, 0, 0, 0, 33, 0, 0, 0, 1]
    axes.forEach((row, column) => (affine[4 * row + column] = (signs & (1 << column) ? -1 : 1) * steps[column]))
    return affine
  }

  test('all 48 orientations read back, by sform and by qform, and turn to the same RAS+ grid', () => {
    const step = fc.integer({ min: 1, max: 40 }).map((eighths) => eighths / 8)
    const size = fc.integer({ min: 1, max: 5 })
    const triple = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one)
    expect(all48).toHaveLength(48)
    fc.assert(
      fc.property(fc.constantFrom(...all48), triple(step), triple(size), (orientation, steps, shape) => {
        const data = Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i)
        const volume = createVolume({ data, shape, affine: affineOf(orientation, steps) })
        const bytes = encodeNifti(volume)
        expect(decodeNifti(bytes).volumes[0]).toEqual(volume)
        new DataView(bytes.buffer).setInt16(254, 0, true) // sform_code
        const byQform = decodeNifti(bytes)
        expect(byQform.header.affineSource).toBe('qform')
        byQform.header.affine.forEach((value, i) => expect(value).toBeCloseTo(volume.affine[i], 4))
        const [upright, expected] = [toRasPlus(byQform.volumes[0]), toRasPlus(volume)]
        expect(upright.data).toEqual(expected.data)
      }),
      { numRuns: 200 },
    )
  })
})

describe('one buffer', () => {
  const values = Int16Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 30_000)
  const [first, second] = [0, 20_000].map((start) =>
    createVolume({ data: values.subarray(start, start + 20_000), shape: [10, 40, 50] }),
  )

  async function written(bytes: Uint8Array, name: string): Promise<string> {
    const path = join(await freshFolder(), name)
    writeFileSync(path, bytes)
    return path
  }

  test.each(['a.nii', 'a.nii.gz'])('the volumes of %s are views of one', async (name) => {
    const path = join(await freshFolder(), name)
    await writeNifti(path, [first, second])
    const { volumes } = await readNifti(path)
    expect(volumes.map(({ data }) => data)).toEqual([first.data, second.data])
    expect(volumes[0].data.buffer).toBe(volumes[1].data.buffer)
    expect(volumes[0].data.buffer.byteLength).toBeLessThan(80_000 + 1000)
  })

  test('members of a gzip file follow one another, wherever it is cut', async () => {
    const bytes = encodeNifti([first, second])
    for (const cut of [1, 200, 352, 40_001, bytes.length - 1]) {
      const members = Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))])
      expect(decodeNifti(members).volumes[1].data).toEqual(second.data)
      expect((await readNifti(await written(members, 'b.nii.gz'))).volumes[1].data).toEqual(second.data)
    }
  })

  test('scaling, byte order and odd offsets give the same from a file, compressed or not, as from bytes', async () => {
    const bytes = encodeNifti([first, second], {
      extensions: [{ code: 6, data: Buffer.from('x'.repeat(40)) }],
    })
    const view = new DataView(bytes.buffer)
    view.setFloat32(112, 0.5, true)
    view.setFloat32(116, -3, true)
    const offset = view.getFloat32(108, true)
    view.setFloat32(108, offset + 3, true) // no voxel is aligned
    const moved = Buffer.concat([bytes.subarray(0, offset), Buffer.alloc(3), bytes.subarray(offset)])
    const expected = Float32Array.from(values, (value) => value * 0.5 - 3)
    const paths = [await written(moved, 'c.nii'), await written(gzipSync(moved), 'c.nii.gz')]
    for (const image of [
      decodeNifti(moved),
      decodeNifti(gzipSync(moved)),
      ...(await Promise.all(paths.map(readNifti))),
    ]) {
      expect(image.volumes.flatMap(({ data }) => [...data])).toEqual([...expected])
      expect(image.extensions[0].data).toHaveLength(40)
    }
  })

  test('bytes that were handed over stay as they are', () => {
    const bytes = encodeNifti(first)
    new DataView(bytes.buffer).setFloat32(112, 2, true)
    const before = Uint8Array.from(bytes)
    const { volumes } = decodeNifti(bytes)
    expect(volumes[0].data[1]).toBe(2 * values[1])
    expect(bytes).toEqual(before)
  })

  test('a file that is cut or has more is refused, read from disk as from memory', async () => {
    const bytes = encodeNifti(first)
    for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])]) {
      for (const stored of [wrong, gzipSync(wrong)]) {
        const path = await written(stored, 'd.nii')
        const failure = await readNifti(path).catch((error: unknown) => error)
        expect(failure).toMatchObject({ code: wrong.length < bytes.length ? 'truncated' : 'too-long', file: path })
        expect(() => decodeNifti(stored, { name: path })).toThrow((failure as Error).message)
      }
    }
    const cut = gzipSync(bytes).subarray(0, -4)
    await expect(readNifti(await written(cut, 'e.nii.gz'))).rejects.toThrow('got a gzip stream that ends early')
    const spoiled = Uint8Array.from(gzipSync(bytes))
    spoiled[spoiled.length - 5] ^= 1 // checksum
    await expect(readNifti(await written(spoiled, 'f.nii.gz'))).rejects.toMatchObject({ code: 'bad-gzip' })
  })
})
