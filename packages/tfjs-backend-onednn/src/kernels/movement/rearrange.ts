/**
 * The same elements in another order or more often: Transpose, Reverse, Tile.
 *
 * @module
 */
import { util, type TensorInfo } from '@tensorflow/tfjs-core'

import { elements, isPlain } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { copyBox, offsetOf, stridesOf, type Box } from './copy-box.ts'

/** Transpose, Reverse, Tile. */
export const kernels = [
  kernel('Transpose', (call) => {
    const { x } = call.inputs
    const perm = call.attrs['perm'] as number[]
    if (!isMovable(x) || !isPermutation(perm, x.shape.length)) return undefined
    const from = stridesOf(x.shape)
    const shape = perm.map((axis) => x.shape[axis])
    const to = stridesOf(shape)
    return moved(call, x, { shape, box: { axes: shape.map((size, i) => ({ size, from: from[perm[i]], to: to[i] })) } })
  }),
  kernel('Reverse', (call) => {
    const { x } = call.inputs
    if (!isMovable(x) || x.shape.length === 0) return undefined
    const reversed = new Set(util.parseAxisParam(call.attrs['dims'] as number[], x.shape))
    const strides = stridesOf(x.shape)
    const axes = x.shape.map((size, i) => ({ size, from: reversed.has(i) ? -strides[i] : strides[i], to: strides[i] }))
    const last = x.shape.map((size, i) => (reversed.has(i) ? size - 1 : 0))
    return moved(call, x, { shape: x.shape, box: { axes, fromOffset: offsetOf(last, strides) } })
  }),
  kernel('Tile', (call) => {
    const { x } = call.inputs
    const reps = call.attrs['reps'] as number[]
    if (!isMovable(x) || reps.length !== x.shape.length || !reps.every((times) => times > 0)) return undefined
    const shape = x.shape.map((size, i) => size * reps[i])
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)]
    const axes = x.shape.flatMap((size, i) => [
      { size: reps[i], from: 0, to: to[i] * size },
      { size, from: from[i], to: to[i] },
    ])
    return moved(call, x, { shape, box: { axes } })
  }),
]

// Tile makes two axes of each; the addon takes 32.
function isMovable(x: TensorInfo): boolean {
  return isPlain(x) && x.shape.length <= 16
}

function isPermutation(perm: readonly number[], rank: number): boolean {
  return (
    perm.length === rank &&
    new Set(perm).size === rank &&
    perm.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank)
  )
}

function moved(call: KernelCall, x: TensorInfo, { shape, box }: { shape: readonly number[]; box: Box }): TensorInfo {
  const to = call.backend.take(sizeOf({ shape }), x.dtype as 'float32')
  copyBox({ from: elements(call, x), to }, box)
  return result(call, shape, to)
}
