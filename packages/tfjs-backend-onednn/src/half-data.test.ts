/** Tensors stored as bfloat16 behave as float32 tensors and give their memory back. */
import { add, backend, engine, reshape, tensor, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import type { OnednnBackend } from './backend.ts'
import { memoryPool } from './memory-pool.ts'
import { describeNative, startOnednn } from './testing.ts'

// 1.5 and -0.25 in turn
const pattern = (length: number) => Uint16Array.from({ length }, (_, i) => (i % 2 === 0 ? 0x3fc0 : 0xbe80))

function halfTensor(length: number): Tensor {
  const onednn = backend() as OnednnBackend
  const bits = onednn.take(length, 'bfloat16')
  bits.set(pattern(length))
  return engine().makeTensorFromTensorInfo(onednn.makeHalfTensorInfo([length], bits), onednn)
}

describeNative('a tensor stored as bfloat16', () => {
  beforeAll(() => startOnednn())

  it('reads as float32, again and again', () => {
    const half = halfTensor(5000)
    expect(half.dtype).toBe('float32')
    for (let i = 0; i < 2; i++) expect(half.dataSync().slice(0, 3)).toEqual(Float32Array.of(1.5, -0.25, 1.5))
    half.dispose()
  })

  it('is added to another in bfloat16, and to a float32 tensor in float32', () => {
    const [a, b] = [halfTensor(4099), halfTensor(4099)]
    const onednn = backend() as OnednnBackend
    const both = add(a, b)
    expect(onednn.halfOf(both.dataId)).toBeDefined()
    expect(both.dataSync().slice(4096)).toEqual(Float32Array.of(3, -0.5, 3))
    const mixed = add(a, tensor([0.125]))
    expect(onednn.halfOf(mixed.dataId)).toBeUndefined()
    expect(mixed.dataSync().slice(0, 2)).toEqual(Float32Array.of(1.625, -0.125))
    for (const each of [a, b, both, mixed]) each.dispose()
  })

  it('gives back its bits, and the values if they were read', () => {
    const before = [memoryPool.statistics().usedBytes, backend().numDataIds()]
    const half = halfTensor(10_000)
    const shared = reshape(half, [100, 100])
    half.dispose()
    expect(shared.dataSync()[1]).toBe(-0.25)
    expect(memoryPool.statistics().usedBytes).toBeGreaterThan(before[0])
    shared.dispose()
    expect([memoryPool.statistics().usedBytes, backend().numDataIds()]).toEqual(before)
  })
})
