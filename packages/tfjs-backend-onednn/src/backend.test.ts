/** The backend around the kernels: shared memory, copies that leave it, truthful counts, every cpu kernel in reach. */
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'

import type { OnednnBackend } from './backend.ts'
import { memoryPool } from './memory-pool.ts'
import { describeNative, runOn, startOnednn, tensorOf, valuesOf } from './testing.ts'

let backend: OnednnBackend

function ramp(shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1)
  const values = backend.take(size, 'float32')
  for (let i = 0; i < size; i++) values[i] = i
  return tf.engine().makeTensorFromTensorInfo(backend.makeTensorInfo(shape, 'float32', values)) as tf.Tensor
}

describeNative('the onednn backend', () => {
  beforeAll(async () => {
    backend = await startOnednn()
  })
  afterEach(() => tf.disposeVariables())

  it('has every kernel of the cpu backend', () => {
    const names = (of: string) => tf.getKernelsForBackend(of).map(({ kernelName }) => kernelName)
    expect(names('cpu').length).toBeGreaterThan(150)
    expect(names('cpu').filter((name) => !names('onednn').includes(name))).toEqual([])
  })

  it('keeps memory that a slice of the cpu backend shares until the slice is disposed of', () => {
    const whole = ramp([64, 64])
    const run = { name: 'Slice', inputs: { x: whole }, attrs: { begin: [32, 0], size: [32, 64] } }
    const slice = runOn('cpu', run)
    whole.dispose()
    const others = Array.from({ length: 4 }, () => tf.fill([64, 64], -1))
    expect(valuesOf(slice)[0]).toBe(32 * 64)
    backend.disposeData(slice.dataId)
    tf.dispose(others)
  })

  it('hands out copies: what was read stays when the memory is used again', async () => {
    const first = ramp([5000])
    const [sync, buffered] = [first.dataSync(), first.bufferSync()]
    const later = await first.data()
    first.dispose()
    const second = tf.fill([5000], 7)
    expect(second.dataSync()[1]).toBe(7)
    for (const values of [sync, later, buffered.values]) expect((values as Float32Array)[4999]).toBe(4999)
    second.dispose()
  })

  it('reads strings and complex numbers', () => {
    const words = tf.tensor1d(['a', 'ü'])
    expect(words.dataSync()).toEqual(['a', 'ü'])
    const complex = tf.complex([1, 2], [3, 4])
    expect(Array.from(complex.dataSync())).toEqual([1, 3, 2, 4])
    tf.dispose([words, complex])
  })

  it('shares a reshaped tensor and frees it once', () => {
    const used = memoryPool.statistics().usedBytes
    const tensor = ramp([100, 100])
    const flat = tf.reshape(tensor, [10_000])
    const clone = tf.clone(flat)
    tf.dispose([tensor, flat])
    expect(clone.dataSync()[9999]).toBe(9999)
    expect(memoryPool.statistics().usedBytes).toBeGreaterThan(used)
    clone.dispose()
    expect(memoryPool.statistics().usedBytes).toBe(used)
  })

  it('tells how much memory tensors hold', () => {
    const before = tf.memory() as tf.MemoryInfo & { usedPoolBytes: number }
    const tensor = ramp([256, 256])
    const during = tf.memory() as typeof before
    expect(during.unreliable).toBe(false)
    expect(during.numBytes - before.numBytes).toBe(4 * 256 * 256)
    expect(during.usedPoolBytes - before.usedPoolBytes).toBe(4 * 256 * 256)
    tensor.dispose()
    expect((tf.memory() as typeof before).usedPoolBytes).toBe(before.usedPoolBytes)
  })

  it('takes a tensor from another backend', async () => {
    await tf.setBackend('cpu')
    const tensor = tf.tensor([1, -2, 3])
    await tf.setBackend('onednn')
    expect(Array.from(tf.add(tensor, 1).dataSync())).toEqual([2, -1, 4])
    tensor.dispose()
  })

  it('neither leaks tensors nor grows over 400 steps of forward and backward passes', () => {
    const step = () =>
      tf.tidy(() => {
        const [x, filter] = [ramp([1, 16, 16, 16, 4]), ramp([3, 3, 3, 4, 4])]
        const y = tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, 'same')
        const dy = tf.maxPool3d(y, 2, 2, 'valid')
        runGradient('Conv3DBackpropFilterV2', { x, dy: y }, { filterShape: [3, 3, 3, 4, 4] })
        runGradient('Conv3DBackpropInputV2', { dy: y, filter }, { inputShape: [1, 16, 16, 16, 4] })
        return tf.sum(dy).dataSync()[0]
      })
    for (let i = 0; i < 20; i++) step()
    const [tensors, pool, ids] = [tf.memory().numTensors, memoryPool.statistics(), backend.numDataIds()]
    for (let i = 0; i < 400; i++) step()
    expect(tf.memory().numTensors).toBe(tensors)
    expect(backend.numDataIds()).toBe(ids)
    expect(memoryPool.statistics()).toMatchObject({ usedBytes: pool.usedBytes, allocations: pool.allocations })
  })

  it('trims its memory to nothing and goes on', () => {
    ramp([100_000]).dispose()
    expect(memoryPool.statistics().freeBytes).toBeGreaterThan(0)
    memoryPool.trim()
    expect(memoryPool.statistics().freeBytes).toBe(0)
    const tensor = ramp([100_000])
    expect(tensor.dataSync()[99_999]).toBe(99_999)
    tensor.dispose()
  })

  it('turns an allocation that cannot be had into an error and stays usable', () => {
    expect(() => backend.take(2 ** 43, 'float32')).toThrow(/^allocate|allocation failed|expected/)
    expect(valuesOf(runOn('onednn', { name: 'Relu', inputs: { x: tensorOf([2], Float32Array.of(-1, 2)) } }))[1]).toBe(2)
  })
})

function runGradient(name: string, inputs: Record<string, tf.Tensor>, attrs: Record<string, unknown>): void {
  tf.engine().runKernel(name, inputs, { strides: [1, 1, 1], pad: 'same', dilations: [1, 1, 1], ...attrs } as never)
}
