import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { inflateGzip } from './inflate-gzip.ts'

/** CT-like: noise in a smooth body, and air. */
const content = new Uint8Array(900_000)
beforeAll(() => {
  let state = 7
  for (let i = 0; i < content.length; i += 2) {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    const inside = Math.sin(i / 9000) > -0.3
    const value = inside ? 40 + (state >>> 26) : -1024
    content[i] = value
    content[i + 1] = value >> 8
  }
})

interface Wanted {
  readonly start?: number
  readonly length?: number
  readonly room?: number
}

function inflate(file: Uint8Array, { start = 0, length = content.length, room = length }: Wanted = {}) {
  const readAt = (target: Uint8Array, position: number) => {
    const part = file.subarray(position, position + target.length)
    target.set(part)
    return Promise.resolve(part.length)
  }
  return inflateGzip(readAt, { start, end: file.length, length, room }, 0)
}

describe('inflateGzip', () => {
  test.each([0, 1, 6, 9])('inflates what zlib packed at level %i', async (level) => {
    const inflated = await inflate(gzipSync(content, { level }))
    expect(Buffer.compare(inflated ?? Buffer.alloc(0), content)).toBe(0)
  })

  test('gives the result the room that is asked for, at the start of a buffer of its own', async () => {
    const inflated = await inflate(gzipSync(content), { room: 2_000_000 })
    expect([inflated?.length, inflated?.byteOffset, inflated?.buffer.byteLength]).toEqual([
      content.length,
      0,
      2_000_000,
    ])
  })

  test('passes over extra field, name and comment, and what lies before the start', async () => {
    const packed = gzipSync(content)
    const header = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, 97, 0, 98, 99, 0])
    const file = Buffer.concat([Buffer.from('before'), header, packed.subarray(10)])
    const inflated = await inflate(file, { start: 6 })
    expect(Buffer.compare(inflated ?? Buffer.alloc(0), content)).toBe(0)
  })

  test('copies back to at most 32 KiB across all pieces', async () => {
    const unit = content.subarray(0, 32_768)
    const far = Buffer.concat(Array.from({ length: 20 }, () => unit))
    const inflated = await inflate(gzipSync(far), { length: far.length })
    expect(Buffer.compare(inflated ?? Buffer.alloc(0), far)).toBe(0)
  })

  test.each<[string, (packed: Buffer) => Uint8Array]>([
    ['a second member', (packed) => Buffer.concat([packed, gzipSync('more')])],
    ['an empty second member', (packed) => Buffer.concat([packed, gzipSync('')])],
    ['bytes behind the trailer', (packed) => Buffer.concat([packed, Buffer.alloc(1)])],
    ['a wrong checksum', (packed) => packed.fill(0, packed.length - 8, packed.length - 4)],
    ['a wrong length in the trailer', (packed) => packed.fill(0, packed.length - 4)],
    ['a missing last byte', (packed) => packed.subarray(0, -1)],
    ['a missing half', (packed) => Buffer.concat([packed.subarray(0, packed.length >>> 1), packed.subarray(-8)])],
    ['half of a header', (packed) => packed.subarray(0, 5)],
    ['a checksum of the header', (packed) => packed.fill(2, 3, 4)],
    ['another format', () => deflateRawSync(content)],
    ['a damaged byte', (packed) => packed.fill(packed[5000] ^ 64, 5000, 5001)],
    ['no stream', (packed) => Buffer.concat([packed.subarray(0, 10), packed.subarray(-8)])],
  ])('leaves a file with %s to zlib', async (_, change) => {
    expect(await inflate(change(gzipSync(content, { strategy: constants.Z_DEFAULT_STRATEGY })))).toBeUndefined()
  })

  test('leaves a file of another length than expected to zlib', async () => {
    const packed = gzipSync(content)
    expect(await inflate(packed, { length: content.length - 1 })).toBeUndefined()
    expect(await inflate(packed, { length: content.length + 2 ** 20 })).toBeUndefined()
  })

  test('inflates one file at a time and leaves others beside it to zlib', async () => {
    const packed = gzipSync(content)
    const [first, second] = await Promise.all([inflate(packed), inflate(packed)])
    expect([first?.length, second]).toEqual([content.length, undefined])
    expect((await inflate(packed))?.length).toBe(content.length)
  })

  test('passes errors of reading on, and can be called again', async () => {
    const failing = () => Promise.reject(new Error('no disk'))
    const place = { start: 0, end: 100, length: 100, room: 100 }
    await expect(inflateGzip(failing, place, 0)).rejects.toThrow('no disk')
    expect((await inflate(gzipSync(content)))?.length).toBe(content.length)
  })
})
