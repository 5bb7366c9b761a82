/**
 * A tensor with a border of one value.
 *
 * The border is written in two slabs an axis, each as long as what lies inside; nothing is written twice.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import type { TensorArray } from '../../buffer-pool.ts'
import { elements, isPlain } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { copyBox, offsetOf, stridesOf, type BoxAxis } from './copy-box.ts'

type Padding = readonly [before: number, after: number]

/** PadV2. */
export const kernels = [kernel('PadV2', pad)]

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

function pad(call: KernelCall): TensorInfo | undefined {
  const { x } = call.inputs
  const paddings = call.attrs['paddings'] as Padding[]
  const usual = (size: number) => Number.isInteger(size) && size >= 0
  if (!isPlain(x) || x.shape.length > 16 || paddings.length !== x.shape.length || !paddings.flat().every(usual))
    return undefined
  const shape = x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1])
  const to = call.backend.take(sizeOf({ shape }), x.dtype as 'float32') as TensorArray
  const value = arrays[x.dtype as keyof typeof arrays].of(call.attrs['constantValue'] as number)
  fillBorder({ value, to }, { inner: x.shape, paddings })
  const [from, strides] = [stridesOf(x.shape), stridesOf(shape)]
  const axes = x.shape.map((size, axis) => ({ size, from: from[axis], to: strides[axis] }))
  copyBox(
    { from: elements(call, x), to },
    {
      axes,
      toOffset: offsetOf(
        paddings.map(([before]) => before),
        strides,
      ),
    },
  )
  return result(call, shape, to)
}

interface Border {
  readonly inner: readonly number[]
  readonly paddings: readonly Padding[]
}

function fillBorder({ value, to }: { value: TensorArray; to: TensorArray }, { inner, paddings }: Border): void {
  const shape = inner.map((size, axis) => paddings[axis][0] + size + paddings[axis][1])
  const strides = stridesOf(shape)
  paddings.forEach(([before, after], axis) => {
    // Inside along the axes before this one, everything along those after it.
    const box = (size: number): BoxAxis[] =>
      shape.map((whole, i) => ({ size: i === axis ? size : i < axis ? inner[i] : whole, from: 0, to: strides[i] }))
    const inside = paddings.map(([first], i) => (i < axis ? first : 0))
    const slabs = [
      { size: before, start: 0 },
      { size: after, start: before + inner[axis] },
    ]
    for (const { size, start } of slabs) {
      if (size > 0)
        copyBox({ from: value, to }, { axes: box(size), toOffset: offsetOf(inside.with(axis, start), strides) })
    }
  })
}
