import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createVolume } from '@leanvox/volume'
import { describe, expect, test } from 'vitest'
import { freshFolder, writeText } from '../fixtures/write-picture.ts'
import { encodeNifti } from './encode-nifti.ts'
import { readExtensions } from './nifti-extensions.ts'
import { decodeNifti, readNifti, readVolume } from './read-nifti.ts'

interface Odd {
  readonly shape: readonly number[]
  readonly voxels: readonly number[]
  readonly extensions: readonly (readonly [number, string])[]
}

const fixtures = new URL('../fixtures/', import.meta.url)
const table = JSON.parse(readFileSync(new URL('odd-nifti.json', fixtures), 'utf8')) as Record<string, Odd>
const path = (name: string) => new URL(`odd/${name}`, fixtures).pathname

describe('readNifti', () => {
  test.each(Object.entries(table))('reads %s as nibabel does', async (name, { shape, voxels, extensions }) => {
    const image = await readNifti(path(name))
    expect(image.header.dims).toEqual(shape)
    expect(image.volumes.flatMap(({ data }) => [...data])).toEqual(voxels)
    expect(image.volumes[0].spacing).toEqual([4, 3, 2])
    const told = image.extensions.map(({ code, data }) => [code, Buffer.from(data).toString().replace(/\0+$/, '')])
    expect(told).toEqual(extensions)
  })

  test('makes one volume per colour, of bytes', async () => {
    const { volumes, components, header } = await readNifti(path('rgba.nii'))
    expect([volumes.length, components, header.colours]).toEqual([4, 4, 4])
    expect(volumes[3].data).toBeInstanceOf(Uint8Array)
    const { voxels } = table['rgba.nii']
    expect([...volumes[3].data]).toEqual(voxels.slice(36))
  })

  test('puts the times of a colour or component one after the other', async () => {
    const colours = await readNifti(path('rgb-times.nii.gz'))
    expect([colours.volumes.length, colours.components]).toEqual([9, 3])
    const vectors = await readNifti(path('vectors.nii.gz'))
    expect([vectors.volumes.length, vectors.components]).toEqual([6, 3])
    expect(vectors.header.intent).toEqual({ code: 1007, name: 'shift', parameters: [0, 0, 0] })
  })

  test('finds the other half of a pair from either', async () => {
    const fromHeader = await readNifti(path('pair1.hdr'))
    const fromImage = await readNifti(path('pair1.img'))
    expect(fromImage).toEqual(fromHeader)
    expect(fromHeader.header.pair).toBe(true)
    expect((await readVolume(path('big.hdr.gz'))).data).toEqual(fromHeader.volumes[0].data)
  })

  test('joins a plain header and a compressed image', async () => {
    const folder = await freshFolder()
    copyFileSync(path('pair1.hdr'), join(folder, 'a.hdr'))
    await writeText(join(folder, 'a.img.gz'), gzipSync(readFileSync(path('pair1.img'))))
    expect((await readVolume(join(folder, 'a.hdr'))).data).toEqual((await readVolume(path('pair1.hdr'))).data)
  })

  test('names the file of a pair that is missing or cut', async () => {
    const folder = await freshFolder()
    const [header, image] = [join(folder, 'a.hdr'), join(folder, 'a.img')]
    copyFileSync(path('pair1.hdr'), header)
    await expect(readNifti(header)).rejects.toThrow(
      `readNifti: expected a.img or a.img.gz beside it in ${header}, got neither`,
    )
    await writeText(image, readFileSync(path('pair1.img')).subarray(0, 40))
    await expect(readNifti(header)).rejects.toThrow(
      `readNifti: expected 48 bytes as the header claims in ${image}, got 40 bytes`,
    )
    await expect(readNifti(join(folder, 'b.img'))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('refuses complex numbers by name', async () => {
    await expect(readNifti(path('complex.nii.gz'))).rejects.toThrow(
      `readNifti: expected a datatype of real numbers or colours in ${path('complex.nii.gz')}, got complex64 (code 32)`,
    )
  })
})

describe('readExtensions', () => {
  /** Announcement, then chunks of [claimed size, code, content]. */
  function chain(...chunks: readonly (readonly [number, number, string])[]): Uint8Array {
    const parts = chunks.map(([size, code, content]) => {
      const prefix = Buffer.alloc(8)
      prefix.writeInt32LE(size)
      prefix.writeInt32LE(code, 4)
      return Buffer.concat([prefix, Buffer.from(content)])
    })
    return Buffer.concat([Buffer.of(1, 0, 0, 0), ...parts])
  }
  const codes = (bytes: Uint8Array) => readExtensions(bytes, { littleEndian: true }).map(({ code }) => code)

  test('reads lengths that are no multiple of 16', () => {
    expect(codes(chain([11, 6, 'abc'], [8, 4, '']))).toEqual([6, 4])
  })

  test('ends where a length is impossible, and never runs on', () => {
    expect(codes(chain([11, 6, 'abc'], [0, 4, 'xxxxxxxx'], [8, 6, '']))).toEqual([6])
    expect(codes(chain([-8, 6, 'abc']))).toEqual([])
    expect(codes(chain([2 ** 31 - 1, 6, 'abc']))).toEqual([])
  })

  test('reads none where none are announced', () => {
    expect(codes(Uint8Array.of(0, 0, 0, 0, 8, 0, 0, 0, 6, 0, 0, 0))).toEqual([])
    expect(codes(Uint8Array.of(1, 0))).toEqual([])
    const volume = createVolume({ data: new Uint8Array(2), shape: [1, 1, 2] })
    expect(decodeNifti(encodeNifti(volume, {})).extensions).toEqual([])
  })
})
