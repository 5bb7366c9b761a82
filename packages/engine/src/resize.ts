/**
 * Linear and nearest-neighbour resizing of the spatial axes, half-pixel centres (align_corners false), differentiable.
 *
 * Source position of target i: (i + 0.5) * in / out - 0.5, clamped to the grid. Each axis is resized on its own by a
 * matrix; the gradient is the transposed matrix.
 *
 * @module
 */
import { customGrad, gather, matMul, reshape, tensor1d, tensor3d, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core'

/** Resizes `x` [batch, ...spatial, channels] to the spatial `size` by linear interpolation. */
export function resizeLinear(x: Tensor, size: readonly number[]): Tensor {
  checkSize('resizeLinear', x, size)
  return size.reduce((image, target, axis) => resizeAxis(image, axis + 1, { target, kind: 'linear' }), x)
}

/** Resizes `x` [batch, ...spatial, channels] to the spatial `size`; every value is one of `x`. */
export function resizeNearest(x: Tensor, size: readonly number[]): Tensor {
  checkSize('resizeNearest', x, size)
  return size.reduce((image, target, axis) => resizeAxis(image, axis + 1, { target, kind: 'nearest' }), x)
}

function checkSize(name: string, x: Tensor, size: readonly number[]): void {
  if (size.length !== x.rank - 2 || size.some((length) => !Number.isInteger(length) || length < 1)) {
    throw new RangeError(`${name}: expected ${x.rank - 2} positive integers as size, got [${size}]`)
  }
}

function resizeAxis(x: Tensor, axis: number, { target, kind }: { target: number; kind: 'linear' | 'nearest' }): Tensor {
  const source = x.shape[axis]
  if (source === target) return x
  const outer = x.shape.slice(0, axis).reduce((a, b) => a * b, 1)
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const shape = x.shape.map((length, index) => (index === axis ? target : length))
  const rows = kind === 'linear' ? linearMatrix(source, target) : nearestMatrix(source, target)
  const op = customGrad((...inputs) => {
    const [image] = inputs as unknown as [Tensor]
    const value =
      kind === 'linear'
        ? reshape(matMul(tensor3d(rows, [1, target, source]), reshape(image, [outer, source, inner]) as Tensor3D), shape)
        : gather(image, tensor1d(nearestIndices(source, target), 'int32'), axis)
    const gradFunc = (dy: Tensor) =>
      reshape(matMul(tensor3d(rows, [1, target, source]), reshape(dy, [outer, target, inner]) as Tensor3D, true), x.shape)
    return { value, gradFunc }
  })
  return op(x)
}

function linearMatrix(source: number, target: number): Float32Array {
  const matrix = new Float32Array(target * source)
  for (let i = 0; i < target; i++) {
    const position = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1)
    const low = Math.floor(position)
    const high = Math.min(low + 1, source - 1)
    matrix[i * source + low] += 1 - (position - low)
    matrix[i * source + high] += position - low
  }
  return matrix
}

function nearestIndices(source: number, target: number): Int32Array {
  return Int32Array.from({ length: target }, (_, i) => Math.min(Math.floor(((i + 0.5) * source) / target), source - 1))
}

function nearestMatrix(source: number, target: number): Float32Array {
  const matrix = new Float32Array(target * source)
  nearestIndices(source, target).forEach((index, i) => {
    matrix[i * source + index] = 1
  })
  return matrix
}
