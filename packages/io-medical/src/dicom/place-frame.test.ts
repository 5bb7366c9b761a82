import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeSamples } from './place-frame.ts'

/** Written out once more, a voxel at a time. */
function placed(
  value: number,
  { bits, signed, intercept }: { bits: number; signed: boolean; intercept: number },
): number {
  const kept = value & (2 ** bits - 1)
  return (signed && kept >= 2 ** (bits - 1) ? kept - 2 ** bits : kept) + intercept
}

const stored = fc.record({
  values: fc.uint16Array({ minLength: 1, maxLength: 40 }),
  skip: fc.nat(1),
  inPlace: fc.boolean(),
})
const coding = fc.record({
  bits: fc.integer({ min: 1, max: 16 }),
  signed: fc.boolean(),
  intercept: fc.constantFrom(0, 1, -1, -1024, 1024, -32768, 32767),
})

describe('placeSamples', () => {
  test('keeps the stored bits, extends their sign and adds the intercept, at any length and place', () => {
    fc.assert(
      fc.property(stored, coding, ({ values, skip, inPlace }, how) => {
        const room = Uint16Array.from([...Array<number>(skip).fill(0), ...values])
        const source = how.signed ? new Int16Array(room.buffer, 2 * skip) : room.subarray(skip)
        const target = new Int16Array(inPlace ? room.buffer : new ArrayBuffer(room.byteLength), 2 * skip)
        const expected = Int16Array.from(values, (value) => placed(value, how))
        placeSamples({ source, target }, { ...how, float: false, lowBit: 0, slope: 1 })
        expect(target).toEqual(expected)
      }),
    )
  })

  test('places a CT slice of 12 bits', () => {
    const target = new Int16Array(4)
    const source = Uint16Array.of(0, 1024, 4095, 0xf400)
    placeSamples({ source, target }, { signed: false, float: false, bits: 12, lowBit: 0, slope: 1, intercept: -1024 })
    expect([...target]).toEqual([-1024, 0, 3071, 0])
  })
})
