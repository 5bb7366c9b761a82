/** Memory of kernels through tfjs's own operations: nothing stays behind, and shared memory outlives the tensor it came from. */
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import { describeNative, startOnednn } from '../testing.ts'

function step(): void {
  tf.tidy(() => {
    const x = tf.randomUniform([4, 16, 16, 8], -1, 1, 'float32', 5)
    const [left, right] = tf.split(x, 2, 3)
    const joined = tf.concat([tf.relu(left), tf.sigmoid(right)], 3)
    const padded = tf.pad(joined, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ])
    const labels = tf.oneHot(tf.argMax(tf.slice(padded, [0, 1, 1, 0], [4, 16, 16, 8]), 3), 8)
    const gradient = tf.sub(tf.softmax(x), tf.cast(labels, 'float32'))
    tf.sum(tf.mul(tf.logSoftmax(x), gradient))
    tf.where(tf.greater(gradient, 0), tf.transpose(x, [0, 1, 2, 3]), tf.zerosLike(x))
    tf.unstack(tf.stack([x, gradient], 0), 0)
  })
}

describeNative('memory of kernels', () => {
  beforeAll(startOnednn)

  it('is the same after 300 steps as after one', () => {
    step()
    const before = tf.memory()
    for (let i = 0; i < 300; i++) step()
    expect(tf.memory()).toEqual(before)
  })

  it('of a contiguous slice stays after its tensor is disposed of', () => {
    const x = tf.ones([64, 64])
    const rows = tf.slice(x, [10, 0], [2, 64])
    const [first] = tf.unstack(x, 0)
    x.dispose()
    const others = Array.from({ length: 4 }, () => tf.fill([64, 64], 7))
    expect(tf.sum(rows).dataSync()).toEqual(Float32Array.of(128))
    expect(tf.sum(first).dataSync()).toEqual(Float32Array.of(64))
    others.forEach((tensor) => tensor.dispose())
  })
})
