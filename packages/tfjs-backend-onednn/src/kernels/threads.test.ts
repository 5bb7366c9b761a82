/** Results do not depend on the number of threads, to the bit: no sum is split by threads, no element is left out. */
import { beforeAll, afterAll, expect, it } from 'vitest'

import { native } from '../native.ts'
import {
  describeNative,
  draws,
  randomTensor,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
  type KernelRun,
} from '../testing.ts'

function runs(): KernelRun[] {
  const random = draws(3)
  const x = randomTensor([3, 37, 41, 11], random)
  const y = randomTensor([3, 37, 41, 11], random)
  const indices = tensorOf(
    [30_001],
    Int32Array.from({ length: 30_001 }, () => random.integer(0, 2)),
  )
  const reduction = (axis: number[]) => ({ name: 'Sum', inputs: { x }, attrs: { axis, keepDims: false } })
  return [
    { name: 'Add', inputs: { a: x, b: y } },
    { name: 'Multiply', inputs: { a: x, b: randomTensor([11], random) } },
    { name: 'Multiply', inputs: { a: randomTensor([3, 1, 41, 1], random), b: y } },
    { name: 'Sub', inputs: { a: x, b: randomTensor([3, 37, 41, 1], random) } },
    { name: 'Exp', inputs: { x } },
    { name: 'Greater', inputs: { a: x, b: y } },
    { name: 'Cast', inputs: { x }, attrs: { dtype: 'int32' } },
    ...[[0, 1, 2, 3], [3], [0], [1, 2], [0, 2], [0, 1, 2]].map(reduction),
    {
      name: 'Max',
      inputs: { x: randomTensor([1_000_003], random) },
      attrs: { reductionIndices: [0], keepDims: false },
    },
    { name: 'Sum', inputs: { x: randomTensor([1_000_003], random) }, attrs: { axis: [0], keepDims: false } },
    { name: 'ArgMax', inputs: { x }, attrs: { axis: 3 } },
    { name: 'ArgMax', inputs: { x }, attrs: { axis: 1 } },
    { name: 'Softmax', inputs: { logits: x }, attrs: { dim: -1 } },
    { name: 'LogSoftmax', inputs: { logits: x }, attrs: { axis: -1 } },
    { name: 'Transpose', inputs: { x }, attrs: { perm: [0, 3, 1, 2] } },
    { name: 'Transpose', inputs: { x }, attrs: { perm: [3, 2, 1, 0] } },
    {
      name: 'PadV2',
      inputs: { x },
      attrs: {
        paddings: [
          [0, 0],
          [1, 2],
          [3, 1],
          [0, 0],
        ],
        constantValue: 4,
      },
    },
    { name: 'Slice', inputs: { x }, attrs: { begin: [0, 1, 0, 2], size: [3, 30, 41, 7] } },
    { name: 'Concat', inputs: [x, y] as never, attrs: { axis: 3 } },
    { name: 'Tile', inputs: { x }, attrs: { reps: [1, 2, 1, 1] } },
    { name: 'Reverse', inputs: { x }, attrs: { dims: [1, 3] } },
    { name: 'GatherV2', inputs: { x: randomTensor([3, 5], random), indices }, attrs: { axis: 0, batchDims: 0 } },
    { name: 'OneHot', inputs: { indices }, attrs: { dtype: 'float32', depth: 3, onValue: 1, offValue: 0 } },
  ]
}

function results(threads: number): Float32Array[] {
  native().setThreads(threads)
  return runs().map((run) => valuesOf(runOn('onednn', run)) as Float32Array)
}

describeNative('threads', () => {
  const before = { threads: 1 }
  beforeAll(async () => {
    await startOnednn()
    before.threads = native().threads()
  })
  afterAll(() => native().setThreads(before.threads))

  it.each([2, 5])('%i threads give what one gives', (threads) => {
    const [several, one] = [results(threads), results(1)]
    const names = runs().map(({ name }) => name)
    const same = one.map((values, i) => values.every((value, j) => Object.is(value, several[i][j])))
    expect(names.filter((_, i) => !same[i])).toEqual([])
  })
})
