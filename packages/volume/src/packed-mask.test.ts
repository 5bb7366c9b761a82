import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packMask, type Shape3 } from './index.ts'
import { bitCount, lowestBit, packedPlaces, unpackMask } from './packed-mask.ts'

const extent = fc.integer({ min: 1, max: 5 })
const width = fc.integer({ min: 1, max: 140 })

test('bits lie where the layout says', () => {
  const packed = packMask({ data: [0, 2, 0, 0, 0, 7], shape: [1, 2, 3] })
  expect(packed).toEqual({ words: Int32Array.of(0, 0b010, 0, 0b100, 0), rowWords: 2, shape: [1, 2, 3] })
  const inside = packMask(
    { data: [0, 2, 0, 0, 0, 7], shape: [1, 2, 3] },
    { rim: 1, box: { start: [0, 1, 1], size: [1, 1, 2] } },
  )
  expect(inside.shape).toEqual([3, 3, 4])
  expect([...packedPlaces(inside)]).toEqual([12 + 4 + 2])
})

test('bytes are packed in words as other numbers are one by one, from any address and box', () => {
  fc.assert(
    fc.property(
      fc.tuple(extent, extent, width),
      fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 1, 2, 64, 127, 128, 255)),
      fc.record({
        skip: fc.nat(7),
        rim: fc.constantFrom(0 as const, 1 as const),
        cut: fc.tuple(fc.nat(4), fc.nat(4), fc.nat(70)),
      }),
      (shape, values, { skip, rim, cut }) => {
        const count = shape[0] * shape[1] * shape[2]
        const data = new Uint8Array(new ArrayBuffer(skip + count), skip)
        for (let i = 0; i < count; i++) data[i] = Math.floor(i / 40) % 2 === 0 ? (values.next().value ?? 0) : 1
        const start: Shape3 = [cut[0] % shape[0], cut[1] % shape[1], cut[2] % shape[2]]
        const box = { start, size: [shape[0] - start[0], shape[1] - start[1], shape[2] - start[2]] as const }
        const packed = packMask({ data, shape }, { box, rim })
        expect(packed).toEqual(packMask({ data: Array.from(data), shape }, { box, rim }))
        expect(packed).toEqual(packMask({ data: Float64Array.from(data, (v) => v / 3), shape }, { box, rim }))
        expect(packed).toEqual(packMask({ data: new Int8Array(data.buffer, skip), shape }, { box, rim }))
      },
    ),
  )
})

test('unpacking gives the mask back, places its foreground in order', () => {
  fc.assert(
    fc.property(fc.tuple(extent, extent, width), fc.array(fc.nat(3499)), (shape, seeds) => {
      const mask = new Uint8Array(shape[0] * shape[1] * shape[2])
      for (const seed of seeds) mask[seed % mask.length] = 1
      const packed = packMask({ data: mask, shape })
      expect(unpackMask(packed)).toEqual(mask)
      expect([...packedPlaces(packed)]).toEqual([...mask.keys()].filter((i) => mask[i] === 1))
    }),
  )
})

test('the lowest bit and the number of bits are those of the binary digits', () => {
  for (const word of [1, 2, 3, 0x80000000 | 0, -1, 0x7fffffff, 0x55555555, -8, 1 << 20]) {
    const digits = (word >>> 0).toString(2)
    expect(lowestBit(word)).toBe(digits.length - 1 - digits.lastIndexOf('1'))
    expect(bitCount(word)).toBe(digits.split('').filter((digit) => digit === '1').length)
  }
  expect(bitCount(0)).toBe(0)
})

test('NaN and negative numbers are not zero', () => {
  expect([...unpackMask(packMask({ data: [NaN, -1, -0, 0.5], shape: [1, 1, 4] }))]).toEqual([1, 1, 0, 1])
})

test('bad arguments are named', () => {
  const mask = { data: [0, 1, 1], shape: [1, 1, 3] as const }
  expect(() => packMask({ ...mask, shape: [1, 2, 2] })).toThrow(
    new RangeError('packMask: expected 4 voxels for shape [1, 2, 2], got 3'),
  )
  expect(() => packMask(mask, { box: { start: [0, 0, 2], size: [1, 1, 2] } })).toThrow(
    new RangeError('packMask: expected a box within [1, 1, 3], got [1, 1, 2] at [0, 0, 2]'),
  )
})
