import { describe, expect, test } from 'vitest'
import type { Image2d } from './image-2d.ts'
import type { MaskRule } from './image-dataset.ts'
import { maskLabels } from './mask-labels.ts'

const half: MaskRule = { kind: 'threshold', above: 127 }
const cell: MaskRule = { kind: 'values', labels: { 0: 0, 128: 1, 255: 2 } }

/** A mask of one row. */
function row(values: readonly number[], channels: Image2d['channels'] = 1, type = Uint8Array): Image2d {
  return { data: type.from(values), height: 1, width: values.length / channels, channels }
}

const words = (values: readonly number[]): Image2d => ({
  data: Uint16Array.from(values),
  height: 1,
  width: values.length,
  channels: 1,
})

const labelsOf = (mask: Image2d, rule: MaskRule) => maskLabels(mask, { rule, file: 'm.png' })

describe('maskLabels', () => {
  test('is 1 above a threshold and 0 at it', () => {
    expect(labelsOf(row([0, 127, 128, 255]), half)).toEqual({ labels: Uint8Array.of(0, 0, 1, 1), nearest: 0 })
  })

  test('gives each listed value its label', () => {
    expect(labelsOf(row([255, 128, 0]), cell)).toEqual({ labels: Uint8Array.of(2, 1, 0), nearest: 0 })
  })

  test('names an unlisted value and where it is', () => {
    const mask = { data: Uint8Array.of(0, 128, 0, 0, 7, 0), height: 2, width: 3, channels: 1 } as const
    expect(() => labelsOf(mask, cell)).toThrow(
      'maskLabels: expected mask values 0, 128, 255 in m.png, got 7 at row 1, column 1',
    )
  })

  test('takes and counts the nearest value within the tolerance, the lower of two', () => {
    const rule: MaskRule = { kind: 'values', labels: { 0: 5, 128: 6, 255: 7 }, tolerance: 64 }
    expect(labelsOf(row([0, 50, 64, 65, 191, 192, 255]), rule)).toEqual({
      labels: Uint8Array.of(5, 5, 5, 6, 6, 7, 7),
      nearest: 5,
    })
    expect(() => labelsOf(row([51]), { ...rule, tolerance: 50 })).toThrow(
      'maskLabels: expected mask values 0, 128, 255, or at most 50 from one in m.png, got 51 at row 0, column 0',
    )
  })

  test('reads grey from colours that agree and refuses others', () => {
    expect(labelsOf(row([255, 255, 255, 0, 0, 0], 3), half).labels).toEqual(Uint8Array.of(1, 0))
    expect(() => labelsOf(row([255, 255, 255, 255, 0, 0], 3), half)).toThrow(
      'maskLabels: expected grey values in m.png, got the colour (255, 0, 0) at row 0, column 1',
    )
  })

  test('passes over alpha at its maximum and refuses other alpha', () => {
    expect(labelsOf(row([255, 255, 0, 255], 2), half).labels).toEqual(Uint8Array.of(1, 0))
    expect(labelsOf(row([200, 200, 200, 255], 4), half).labels).toEqual(Uint8Array.of(1))
    expect(() => labelsOf(row([255, 255, 0, 254], 2), half)).toThrow('expected a mask of opaque pixels in m.png')
  })

  test('brings 16 bits to 8 only where nothing is lost', () => {
    expect(labelsOf(words([0, 257 * 128, 65535]), cell).labels).toEqual(Uint8Array.of(0, 1, 2))
    expect(labelsOf(words([0, 128, 255]), cell).labels).toEqual(Uint8Array.of(0, 1, 2))
    expect(() => labelsOf(words([0, 257, 300]), cell)).toThrow(
      'maskLabels: expected 16-bit values that 8 bits can hold in m.png, got 300',
    )
  })

  test('refuses a rule beyond bytes', () => {
    expect(() => labelsOf(row([0]), { kind: 'values', labels: { 0: 256 } })).toThrow(
      new RangeError('maskLabels: expected values and labels in 0..255, got 0: 256'),
    )
  })
})
