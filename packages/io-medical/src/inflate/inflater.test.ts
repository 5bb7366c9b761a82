import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { END_MARGIN, Inflater, inflateModule, STEP } from './inflater.ts'

const module = await inflateModule()

interface Sizes {
  /** Bytes given at once. */
  readonly piece?: number
  readonly output?: number
}

/** The content and the bytes that follow the stream; undefined when the inflater gives up. */
function inflate(
  bytes: Uint8Array,
  { piece = 700, output = 900 }: Sizes = {},
): { content: Buffer; left: number } | undefined {
  const inflater = new Inflater(module, { input: piece, output })
  const pieces: Uint8Array[] = []
  for (let at = 0, ended = false; ;) {
    const step = inflater.step()
    if (step === STEP.bad || (step === STEP.needInput && ended)) return undefined
    if (step === STEP.needInput) {
      const next = bytes.subarray(at, at + piece)
      at += next.length
      ended = next.length === 0
      if (!inflater.give(next, ended)) throw new Error('no room for input')
    } else if (step !== STEP.blockEnd) pieces.push(Uint8Array.from(inflater.take()))
    if (step !== STEP.end) continue
    const left = inflater.left - (ended ? END_MARGIN : 0)
    return left < 0 ? undefined : { content: Buffer.concat(pieces), left: left + bytes.length - at }
  }
}

function zlibOf(bytes: Uint8Array): { content: Buffer } | undefined {
  try {
    return { content: inflateRawSync(bytes) }
  } catch {
    return undefined
  }
}

/** Bytes of many kinds: noise, few values, runs, repeats from near and far. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(4000)).map(([unit, n]) => {
        return Uint8Array.from({ length: n }, (_, i) => unit[i % unit.length])
      }),
      fc.tuple(fc.nat(60_000), fc.integer({ min: 1, max: 255 })).map(([n, seed]) => {
        let state = seed
        return Uint8Array.from({ length: n }, () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >>> 24)
      }),
    ),
    { maxLength: 6 },
  )
  .chain((parts) => fc.shuffledSubarray([...parts, ...parts], { minLength: 0 }).map((chosen) => Buffer.concat(chosen)))
const strategies = ['Z_DEFAULT_STRATEGY', 'Z_FILTERED', 'Z_HUFFMAN_ONLY', 'Z_RLE', 'Z_FIXED'] as const
const settings = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(...strategies).map((name) => constants[name]),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
})

describe('Inflater', () => {
  test('gives back what zlib packs, at every level and strategy, whatever the pieces', () => {
    fc.assert(
      fc.property(content, settings, fc.integer({ min: 1, max: 5000 }), (bytes, how, piece) => {
        const result = inflate(deflateRawSync(bytes, how), { piece, output: 64 + piece })
        expect(result?.content.equals(bytes)).toBe(true)
        expect(result?.left).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('says how many bytes follow the stream', () => {
    const packed = Buffer.concat([deflateRawSync(Buffer.from('some text, some text')), Buffer.alloc(13, 7)])
    expect(inflate(packed, { piece: 5 })?.left).toBe(13)
  })

  test('gives up on a stream cut at any byte', () => {
    const noise = Uint8Array.from({ length: 150 }, (_, i) => (i * i * 7) % 251)
    for (const how of [{ level: 0 }, { level: 9 }, { strategy: constants.Z_FIXED }]) {
      const packed = deflateRawSync(Buffer.concat([noise, noise, Buffer.alloc(100)]), how)
      for (let end = 0; end < packed.length; end++) expect(inflate(packed.subarray(0, end))).toBeUndefined()
      expect(inflate(packed)?.left).toBe(0)
    }
  })

  test('takes nothing that zlib refuses, and reads the rest alike, when bits are flipped', () => {
    fc.assert(
      fc.property(content, settings, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (bytes, how, flips) => {
        const packed = deflateRawSync(bytes.subarray(0, 20_000), how)
        for (const flip of flips) packed[(flip >>> 3) % packed.length] ^= 1 << (flip & 7)
        const own = inflate(packed)
        if (own) expect(zlibOf(packed)?.content.equals(own.content)).toBe(true)
      }),
      { numRuns: 120 },
    )
  })

  test('takes nothing from arbitrary bytes that zlib does not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const own = inflate(bytes)
        if (own) expect(zlibOf(bytes)?.content.equals(own.content)).toBe(true)
      }),
      { numRuns: 600 },
    )
  })

  test('refuses a copy from before the beginning', () => {
    // A fixed block: length 3 (code 0000001), distance 1 (code 00000).
    expect(inflate(Uint8Array.of(0b00000011, 0b00000010, 0, 0))).toBeUndefined()
  })
})
