/**
 * Linear and nearest resizing of one to three spatial axes to any size, half-pixel centres, and its gradient.
 *
 * Target i lies at (i + 0.5) * source / target - 0.5 in the source, clamped to the grid.
 *
 * @module
 */
import { native } from '../../native.ts'
import { isFloat, kernel, result, sizeOf, stored } from '../kernel.ts'

type Stored = Float32Array | Uint16Array

interface ResizeFunctions {
  resize(attributes: Int32Array, x: Stored, y: Stored): void
}

interface ResizePlan {
  readonly batch: number
  readonly channels: number
  readonly source: readonly number[]
  readonly target: readonly number[]
  readonly linear: boolean
  readonly gradient: boolean
}

/**
 * LeanvoxResizeLinear and LeanvoxResizeNearest of `x` [batch, ...spatial, channels] to the spatial `size`;
 * their ...Grad kernels of `dy` back to the spatial `size` of the source.
 */
export const kernels = (['Linear', 'Nearest'] as const).flatMap((kind) => [
  kernel(`LeanvoxResize${kind}`, (call) => {
    const { x } = call.inputs
    const size = call.attrs['size'] as number[]
    if (!isFloat(x) || size.length > 3) return undefined
    const shape = [x.shape[0], ...size, x.shape[x.shape.length - 1]]
    const values = stored(call, x)
    const y = call.backend.take(sizeOf({ shape }), values instanceof Uint16Array ? 'bfloat16' : 'float32')
    const sizes = { source: x.shape.slice(1, -1), target: size }
    const plan = { ...sizes, ...ends(shape), linear: kind === 'Linear', gradient: false }
    native<ResizeFunctions>().resize(attributesOf(plan), values, y)
    return result(call, shape, y)
  }),
  kernel(`LeanvoxResize${kind}Grad`, (call) => {
    const { dy } = call.inputs
    const size = call.attrs['size'] as number[]
    if (!isFloat(dy) || size.length > 3) return undefined
    const shape = [dy.shape[0], ...size, dy.shape[dy.shape.length - 1]]
    const values = stored(call, dy)
    const dx = call.backend.take(sizeOf({ shape }), values instanceof Uint16Array ? 'bfloat16' : 'float32')
    const sizes = { source: size, target: dy.shape.slice(1, -1) }
    const plan = { ...sizes, ...ends(shape), linear: kind === 'Linear', gradient: true }
    native<ResizeFunctions>().resize(attributesOf(plan), values, dx)
    return result(call, shape, dx)
  }),
])

function ends(shape: readonly number[]): { batch: number; channels: number } {
  return { batch: shape[0], channels: shape[shape.length - 1] }
}

function attributesOf({ batch, channels, source, target, linear, gradient }: ResizePlan): Int32Array {
  const three = (sizes: readonly number[]) => [...Array.from({ length: 3 - sizes.length }, () => 1), ...sizes]
  return Int32Array.of(batch, channels, ...three(source), ...three(target), linear ? 1 : 0, gradient ? 1 : 0)
}
