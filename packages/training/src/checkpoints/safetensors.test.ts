import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url))
const expected = JSON.parse(fixture('python.json').toString()) as {
  tensors: Record<string, { shape: number[]; values: (number | string)[] }>
}

/** A file from a header as text and a number of data bytes. */
function file(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

test('reads a file of the Python library with every value', () => {
  const { tensors, metadata } = decodeSafetensors(fixture('python.safetensors'))
  expect(metadata).toEqual({ state: '{"epoch":3}' })
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(expected.tensors).sort())
  for (const [name, { shape, values }] of Object.entries(expected.tensors)) {
    expect(tensors[name].shape).toEqual(shape)
    expect(Array.from<number | bigint>(tensors[name].data).map(String)).toEqual(values.map(String))
  }
})

test('writes the same bytes as the Python library', () => {
  const bytes = fixture('python.safetensors')
  expect(Buffer.from(encodeSafetensors(decodeSafetensors(bytes)))).toEqual(bytes)
})

test('writes one tensor as the format says, byte by byte', () => {
  const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
  expect(header.length).toBe(54) // padded with two spaces to 56
  const bytes = encodeSafetensors({ tensors: { a: { shape: [1], data: Float32Array.of(1) } } })
  expect([...bytes.subarray(0, 8)]).toEqual([56, 0, 0, 0, 0, 0, 0, 0])
  expect(new TextDecoder().decode(bytes.subarray(8, 64))).toBe(`${header}  `)
  expect([...bytes.subarray(64)]).toEqual([0, 0, 0x80, 0x3f])
})

test('returns what it was given, bit for bit, NaN and -0 included', () => {
  const floats = fc.float32Array({ maxLength: 20 })
  fc.assert(
    fc.property(fc.dictionary(fc.string(), floats), fc.dictionary(fc.string(), fc.string()), (arrays, metadata) => {
      const tensors: Record<string, StoredTensor> = {}
      for (const [name, data] of Object.entries(arrays)) tensors[`t${name}`] = { shape: [data.length], data }
      const back = decodeSafetensors(encodeSafetensors({ tensors, metadata }))
      expect(back.metadata).toEqual(metadata)
      for (const [name, { data }] of Object.entries(tensors)) expect(back.tensors[name].data).toEqual(data)
      expect(Object.keys(back.tensors)).toHaveLength(Object.keys(tensors).length)
    }),
  )
})

test('reads bytes that do not start at the beginning of their buffer', () => {
  const bytes = encodeSafetensors({ tensors: { a: { shape: [2], data: Float64Array.of(1, 2) } } })
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(decodeSafetensors(shifted.subarray(3)).tensors.a.data).toEqual(Float64Array.of(1, 2))
})

test('every cut of a file is refused', () => {
  const bytes = fixture('python.safetensors')
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow('decodeSafetensors: expected')
  }
})

test.each([
  [
    'a header longer than the file',
    file('{}', 0).fill(255, 0, 2),
    'expected a header of at most 2 bytes in x, got 65535',
  ],
  ['text that is not JSON', file('{"a":', 0), 'expected a JSON header in x, got "{\\"a\\":"'],
  ['a list as header', file('[]', 0), 'expected a JSON object as header in x, got "[]"'],
  ['bytes after the last tensor', file('{}', 3), 'expected 0 bytes of data in x, got 3'],
  [
    'offsets beyond the end',
    file('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', 3),
    'expected offsets of a within 3 bytes in x, got 0 to 4',
  ],
  [
    'a shape that disagrees with the offsets',
    file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4),
    'expected 8 bytes for F32 [2] of a in x, got 4',
  ],
  [
    'overlapping tensors',
    file(
      '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
      3,
    ),
    'expected the next tensor at byte 2 in x, got 1',
  ],
  [
    'a negative size',
    file('{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}', 2),
    'expected dtype, shape and data_offsets for a in x, got {"dtype":"U8","shape":[-2],"data_offsets":[0,2]}',
  ],
  [
    'numbers in the metadata',
    file('{"__metadata__":{"epoch":3}}', 0),
    'expected a map of texts as __metadata__ in x, got {"epoch":3}',
  ],
])('refuses %s', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, { name: 'x' })).toThrow(`decodeSafetensors: ${message}`)
})

test('names a type it cannot hold', () => {
  const half = file('{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', 2)
  expect(() => decodeSafetensors(half)).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: 'decodeSafetensors: expected a type with a typed array for a, got BF16',
    }),
  )
})

test('refuses to write a tensor whose shape and data disagree', () => {
  expect(() => encodeSafetensors({ tensors: { a: { shape: [2, 2], data: new Float32Array(3) } } })).toThrow(
    'encodeSafetensors: expected 4 values for shape [2,2] of a, got 3',
  )
})
