import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freshFolder, writeText } from '../../fixtures/write-picture.ts'
import { isMedicalImageError, MedicalImageError } from '../errors.ts'
import { decodeImage2d, readImage2d } from './read-image-2d.ts'

interface Written {
  readonly shape: readonly [number, number, number]
  readonly bits: 8 | 16
  readonly pixels: readonly number[]
}

const fixtures = new URL('../../fixtures/', import.meta.url)
const { pictures } = JSON.parse(readFileSync(new URL('pictures.json', fixtures), 'utf8')) as {
  pictures: Record<string, Written>
}
const path = (name: string) => new URL(`pictures/${name}`, fixtures).pathname
const bytesOf = (name: string) => Uint8Array.from(readFileSync(path(name)))

/** The refusal of bytes called `name`. */
async function refusal(bytes: Uint8Array, name = 'a'): Promise<MedicalImageError> {
  const error: unknown = await decodeImage2d(bytes, { name }).catch((caught: unknown) => caught)
  if (!(error instanceof MedicalImageError)) throw new Error(`expected a MedicalImageError, got ${String(error)}`)
  return error
}

/** The file with some of its bytes replaced. */
function patched(name: string, at: number, ...bytes: number[]): Uint8Array {
  const changed = bytesOf(name)
  changed.set(bytes, at)
  return changed
}

describe('readImage2d', () => {
  const lossless = Object.keys(pictures).filter((name) => !name.endsWith('.jpg'))
  test.each(lossless)('reads %s as Pillow does', async (name) => {
    const { shape, bits, pixels } = pictures[name]
    const image = await readImage2d(path(name))
    expect([image.height, image.width, image.channels]).toEqual(shape)
    expect(image.data).toEqual(bits === 16 ? Uint16Array.from(pixels) : Uint8Array.from(pixels))
  })

  test.each(['grey.jpg', 'colour.jpg', 'progressive.jpg', 'turned.jpg'])(
    'reads %s as Pillow does, to one grey level',
    async (name) => {
      const { shape, pixels } = pictures[name]
      const image = await readImage2d(path(name))
      expect([image.height, image.width, image.channels]).toEqual(shape)
      const errors = pixels.map((value, i) => Math.abs(value - image.data[i]))
      expect(Math.max(...errors)).toBeLessThanOrEqual(1)
    },
  )

  test('goes by content, not by name', async () => {
    const folder = await freshFolder()
    const file = join(folder, 'picture.jpg')
    await writeText(file, bytesOf('colour24.bmp'))
    expect((await readImage2d(file)).data).toEqual(Uint8Array.from(pictures['colour24.bmp'].pixels))
  })

  test('names a file that is not there, is a folder, or is no picture', async () => {
    const folder = await freshFolder()
    const file = join(folder, 'a.png')
    await expect(readImage2d(file)).rejects.toThrow(
      `readImage2d: expected a readable file in ${file}, got no such file`,
    )
    await expect(readImage2d(folder)).rejects.toMatchObject({ code: 'unreadable', file: folder })
    await writeText(file, 'P5 2 2 255')
    await expect(readImage2d(file)).rejects.toThrow(
      `readImage2d: expected a PNG, JPEG, BMP or TIFF picture in ${file}, got first bytes 50 35 20 32 20 32 20 32`,
    )
    await writeText(file, '')
    await expect(readImage2d(file)).rejects.toMatchObject({ code: 'not-image', found: 'an empty file' })
    await expect(readImage2d(path('picture.gif'))).rejects.toMatchObject({ code: 'not-image' })
  })
})

describe('decodeImage2d', () => {
  test('refuses a cut off PNG and JPEG in the words of the decoder', async () => {
    for (const [name, kind] of [
      ['colour.png', 'PNG'],
      ['colour.jpg', 'JPEG'],
    ] as const) {
      const bytes = bytesOf(name)
      const error = await refusal(bytes.subarray(0, bytes.length - 60), 'half')
      expect(error).toMatchObject({ code: 'bad-image', file: 'half', expected: `a whole ${kind} picture` })
      expect(error.found.length).toBeGreaterThan(5)
      expect(error.found).not.toContain('\n')
    }
  })

  test('refuses a PNG whose checksum is wrong', async () => {
    expect((await refusal(patched('colour.png', 60, 0, 1, 2, 3))).code).toBe('bad-image')
  })

  test('refuses colours that are no red, green and blue', async () => {
    expect(await refusal(bytesOf('cmyk.jpg'))).toMatchObject({
      code: 'unsupported',
      message: 'readImage2d: expected grey or RGB pixels in a, got cmyk',
    })
  })

  test('says what a BMP lacks', async () => {
    const bmp = bytesOf('colour24.bmp')
    const messages = [
      [bmp.subarray(0, 40), 'expected a BMP header of 54 bytes in a, got 40 bytes'],
      [bmp.subarray(0, 170), 'expected 174 bytes in a, got 170'],
      [patched('colour24.bmp', 18, 0, 0, 0, 0), 'expected a size of at least 1 x 1 pixels in a, got 0 x 5'],
      [patched('colour24.bmp', 10, 20), 'expected pixels after the header in a, got pixels at byte 20'],
      [
        patched('colour24.bmp', 14, 12),
        'expected an uncompressed BMP of 1, 4, 8, 24, 32 bits in a, got a header of 12 bytes',
      ],
      [patched('colour24.bmp', 28, 16), 'expected an uncompressed BMP of 1, 4, 8, 24, 32 bits in a, got 16 bits'],
      [bytesOf('run-length8.bmp'), 'expected an uncompressed BMP of 1, 4, 8, 24, 32 bits in a, got RLE8'],
      [patched('palette8.bmp', 46, 8), 'expected palette indices below 8 in a, got '],
      [
        patched('palette4.bmp', 46, 255, 255, 255, 255),
        'expected a palette of 4294967295 colours before the pixels in a, got pixels at 118',
      ],
    ] as const
    for (const [bytes, message] of messages) expect((await refusal(bytes)).message).toContain(`readImage2d: ${message}`)
  })

  test('answers any damage with an image or a MedicalImageError', async () => {
    const names = ['colour24.bmp', 'palette8.bmp', 'palette4.bmp', 'colour.png', 'palette.png', 'colour.jpg']
    const files = names.map(bytesOf)
    const damage = fc.record({
      file: fc.constantFrom(...files),
      at: fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 4,
      }),
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    let refused = 0
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, at, keep }) => {
        const bytes = Uint8Array.from(file.subarray(0, Math.ceil(keep * file.length)))
        for (const [where, value] of at) bytes[Math.floor(where * bytes.length)] = value
        try {
          const { data, height, width, channels } = await decodeImage2d(bytes, { name: 'damaged' })
          expect(data.length).toBe(height * width * channels)
        } catch (error) {
          if (!isMedicalImageError(error)) throw error
          refused++
        }
      }),
      { numRuns: 300, seed: 1 },
    )
    expect(refused).toBeGreaterThan(100)
  })
})
