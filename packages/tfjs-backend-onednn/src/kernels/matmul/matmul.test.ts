/** Matrix products against the cpu backend's. */
import { beforeAll, expect, it } from 'vitest'

import { setPrecision } from '../../precision.ts'
import { describeNative, draws, expectAgreement, randomTensor, runOn, startOnednn, tensorOf } from '../../testing.ts'
import { cpuRunsOf } from '../kernel.ts'
import { linear } from '../activation.ts'
import { productOf } from './matmul-attributes.ts'

const flags = [false, true] as const
const transposes = flags.flatMap((transposeA) => flags.map((transposeB) => ({ transposeA, transposeB })))
const batches = [
  { a: [], b: [] },
  { a: [3], b: [3] },
  { a: [1], b: [3] },
  { a: [3], b: [1] },
  { a: [2, 3], b: [3] },
  { a: [2, 3], b: [2, 3] },
  { a: [2, 3], b: [1, 1] },
]

describeNative('matrix products', () => {
  beforeAll(startOnednn)

  it.each(transposes)('agree with the cpu backend for every broadcast batch: %o', (attrs) => {
    const random = draws(31)
    for (const batch of batches) {
      const [rows, inner, columns] = [random.integer(1, 9), random.integer(1, 20), random.integer(1, 9)]
      const a = randomTensor([...batch.a, ...(attrs.transposeA ? [inner, rows] : [rows, inner])], random)
      const b = randomTensor([...batch.b, ...(attrs.transposeB ? [columns, inner] : [inner, columns])], random)
      expectAgreement({ name: 'BatchMatMul', inputs: { a, b }, attrs })
      const activation = random.pick(['relu', 'sigmoid', 'elu', 'leakyrelu', 'relu6', 'linear'])
      const fused = { ...attrs, activation, leakyreluAlpha: 0.1 }
      expectAgreement({ name: '_FusedMatMul', inputs: { a, b, bias: randomTensor([columns], random) }, attrs: fused })
    }
  })

  it('round their inputs in bfloat16 only', () => {
    if (setPrecision('bfloat16') !== 'bfloat16') return
    const random = draws(32)
    const inputs = { a: randomTensor([40, 50], random), b: randomTensor([50, 30], random) }
    expectAgreement({ name: 'BatchMatMul', inputs, attrs: {} }, { tolerance: 1e-2 })
    setPrecision('float32')
    expectAgreement({ name: 'BatchMatMul', inputs, attrs: {} })
  })

  it('leave a bias of another shape to the cpu backend', () => {
    const random = draws(33)
    const inputs = {
      a: randomTensor([4, 5], random),
      b: randomTensor([5, 6], random),
      bias: randomTensor([4, 6], random),
    }
    const before = cpuRunsOf('_FusedMatMul')
    expect(runOn('onednn', { name: '_FusedMatMul', inputs, attrs: { activation: 'linear' } }).shape).toEqual([4, 6])
    expect(cpuRunsOf('_FusedMatMul')).toBe(before + 1)
  })

  it('reject inner sizes that differ as the cpu backend does', () => {
    const inputs = { a: tensorOf([2, 3], new Float32Array(6)), b: tensorOf([2, 3], new Float32Array(6)) }
    expect(() => runOn('onednn', { name: 'BatchMatMul', inputs, attrs: {} })).toThrow(/inner/i)
  })
})

it('merges the batch of a into its rows when b has none', () => {
  const product = productOf(
    { a: [2, 3, 4, 5], b: [5, 6] },
    { transposeA: false, transposeB: false, activation: linear },
  )
  expect(product?.shape).toEqual([2, 3, 4, 6])
  expect(Array.from(product?.attributes.subarray(0, 4) ?? [])).toEqual([0, 24, 5, 6])
})
