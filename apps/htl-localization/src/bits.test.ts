import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packMask, unpackMask } from './bits.ts'

it('gives back any mask', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 70 }), (values) => {
      const mask = Uint8Array.from(values)
      expect([...unpackMask(packMask(mask), mask.length)]).toEqual(values)
    }),
  )
})

it('takes a bit for a pixel, the first one highest', () => {
  expect(packMask(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 255))).toBe(Buffer.from([0x80, 0x80]).toString('base64'))
})
