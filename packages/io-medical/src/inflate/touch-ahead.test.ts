import { describe, expect, test } from 'vitest'
import { TouchAhead } from './touch-ahead.ts'

describe('TouchAhead', () => {
  test.each([300_000, 5_000_000])('writes nothing where the writer has been, in steps of %i bytes', async (step) => {
    const buffer = new Uint8Array(12_000_000)
    const touch = await TouchAhead.open(buffer)
    for (let at = 0; at < buffer.length; at += step) {
      const end = Math.min(at + step, buffer.length)
      await touch.clear(end)
      buffer.fill(7, at, end)
    }
    await touch.close()
    expect(buffer.every((value) => value === 7)).toBe(true)
  })

  test('is over when it is closed', async () => {
    const buffer = new Uint8Array(12_000_000)
    const touch = await TouchAhead.open(buffer)
    await touch.close()
    buffer.fill(7)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(buffer.every((value) => value === 7)).toBe(true)
  })

  test('has nothing to do for a small buffer', async () => {
    const buffer = Uint8Array.of(1, 2, 3)
    const touch = await TouchAhead.open(buffer)
    await touch.clear(3)
    await touch.close()
    expect([...buffer]).toEqual([1, 2, 3])
  })
})
