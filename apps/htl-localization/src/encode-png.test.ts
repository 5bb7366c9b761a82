import { decodeImage2d } from '@leanvox/io-medical'
import { expect, it } from 'vitest'
import { encodePng } from './encode-png.ts'

it.each([
  ['grey', Uint8Array.of(0, 50, 100, 150, 200, 255), 1 as const],
  ['colour', Uint8Array.from({ length: 18 }, (_, i) => 14 * i), 3 as const],
  ['colour with alpha', Uint8Array.from({ length: 24 }, (_, i) => 10 * i), 4 as const],
  ['grey of 16 bits', Uint16Array.of(0, 257, 1000, 30000, 65000, 65535), 1 as const],
])('writes %s as a reader of pictures has it', async (_, data, channels) => {
  const bytes = encodePng(data, { width: 3, height: 2, channels })
  const image = await decodeImage2d(bytes, { name: 'a.png' })
  expect([image.width, image.height, image.channels]).toEqual([3, 2, channels])
  expect([...image.data]).toEqual([...data])
})

it('refuses data that do not fit', () => {
  expect(() => encodePng(new Uint8Array(5), { width: 2, height: 2, channels: 1 })).toThrow(
    new RangeError('encodePng: expected 4 values, got 5'),
  )
})
