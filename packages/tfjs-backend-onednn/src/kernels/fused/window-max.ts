/**
 * The largest value of windows that do not overlap, and its gradient; in float32 or in the bfloat16 that fused kernels
 * store.
 *
 * Nothing is dropped: out = ceil(in / window), and a border is split as padding 'same' does.
 *
 * @module
 */
import { native } from '../../native.ts'
import { kernel, result, sizeOf, stored, type KernelCall } from '../kernel.ts'

type Stored = Float32Array | Uint16Array

interface WindowFunctions {
  windowMax(attributes: Int32Array, x: Stored, y: Stored): void
  windowMaxGrad(attributes: Int32Array, x: Stored, dy: Stored, dx: Stored): void
}

/** LeanvoxMaxPool of 'x' and LeanvoxMaxPoolGradient of 'dy' and 'input', for a `window` of one size an axis. */
export const kernels = [
  kernel('LeanvoxMaxPool', (call) => {
    const { x } = call.inputs
    const window = windowOf(call)
    const spatial = x.shape.slice(1, -1).map((length, axis) => Math.ceil(length / window[axis]))
    const shape = [x.shape[0], ...spatial, x.shape[x.shape.length - 1]]
    const values = stored(call, x)
    const y = like(call, values, shape)
    native<WindowFunctions>().windowMax(attributesOf(x.shape, window), values, y)
    return result(call, shape, y)
  }),
  kernel('LeanvoxMaxPoolGradient', (call) => {
    const { dy, input } = call.inputs
    const gradient = stored(call, dy)
    const dx = like(call, gradient, input.shape)
    native<WindowFunctions>().windowMaxGrad(
      attributesOf(input.shape, windowOf(call)),
      stored(call, input),
      gradient,
      dx,
    )
    return result(call, input.shape, dx)
  }),
]

function like(call: KernelCall, values: Stored, shape: readonly number[]): Stored {
  return call.backend.take(sizeOf({ shape }), values instanceof Uint16Array ? 'bfloat16' : 'float32')
}

function windowOf({ attrs }: KernelCall): number[] {
  return attrs['window'] as number[]
}

function attributesOf(shape: readonly number[], window: readonly number[]): Int32Array {
  const three = (sizes: readonly number[]) => [...Array.from({ length: 3 - sizes.length }, () => 1), ...sizes]
  return Int32Array.of(shape[0], shape[shape.length - 1], ...three(shape.slice(1, -1)), ...three(window))
}
