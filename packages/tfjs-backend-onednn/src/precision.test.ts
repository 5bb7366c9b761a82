/** Choosing a precision. */
import { beforeAll, expect, it } from 'vitest'

import { describe as describeBackend } from './describe.ts'
import { precision, setPrecision } from './precision.ts'
import { describeNative, startOnednn } from './testing.ts'

describeNative('setPrecision', () => {
  beforeAll(startOnednn)

  it('is float32 at first, and bfloat16 only where the chip computes it', () => {
    expect(precision()).toBe('float32')
    const { bfloat16 } = describeBackend()
    expect(setPrecision('bfloat16')).toBe(bfloat16 === 'none' ? 'float32' : 'bfloat16')
    expect(describeBackend().precision).toBe(precision())
    expect(setPrecision('float32')).toBe('float32')
  })

  it('rejects other names', () => {
    expect(() => setPrecision('float16' as never)).toThrow(
      new RangeError('setPrecision: expected float32 or bfloat16, got float16'),
    )
  })
})
