/**
 * Linear and nearest-neighbour resizing of the spatial axes, half-pixel centres (align_corners false), differentiable.
 *
 * Target i lies at (i + 0.5) * source / target - 0.5 in the source, clamped to the grid: the rule of PyTorch's
 * `interpolate` and of tfjs with `halfPixelCenters`. One axis at a time, the axis that grows most last.
 *
 * @module
 */
import type { Tensor } from '@tensorflow/tfjs-core'

import { applyAlongAxis } from './axis-matrix.ts'
import { differentiable } from './differentiable.ts'
import { hasKernel } from './own-kernels.ts'
import { runKernel } from './run-kernel.ts'
import { linearRows, nearestRows, type SparseRows } from './sparse-rows.ts'

// Kernels that resize all axes at once; their gradients have these names with Grad after them.
const fused = { linear: 'LeanvoxResizeLinear', nearest: 'LeanvoxResizeNearest' } as const

/**
 * Resizes `x` [batch, ...spatial, channels] to the spatial `size` by linear (bi-, trilinear) interpolation.
 *
 * @throws RangeError when `size` is not one positive integer for each spatial axis
 */
export function resizeLinear(x: Tensor, size: readonly number[]): Tensor {
  checkSize('resizeLinear', x, size)
  return hasKernel(fused.linear) ? fusedResize(x, size, fused.linear) : resize(x, size, linearRows)
}

/**
 * Resizes `x` [batch, ...spatial, channels] to the spatial `size`; every value of the result is a value of `x`.
 *
 * @throws RangeError when `size` is not one positive integer for each spatial axis
 */
export function resizeNearest(x: Tensor, size: readonly number[]): Tensor {
  checkSize('resizeNearest', x, size)
  return hasKernel(fused.nearest) ? fusedResize(x, size, fused.nearest) : resize(x, size, nearestRows)
}

function resize(x: Tensor, size: readonly number[], rows: (source: number, target: number) => SparseRows): Tensor {
  const growth = (axis: number): number => size[axis] / x.shape[axis + 1]
  const axes = size.map((_, axis) => axis).sort((a, b) => growth(a) - growth(b))
  return axes.reduce((image, axis) => {
    const source = x.shape[axis + 1]
    return source === size[axis] ? image : applyAlongAxis(image, axis + 1, rows(source, size[axis]))
  }, x)
}

function fusedResize(x: Tensor, size: readonly number[], kernel: string): Tensor {
  const source = x.shape.slice(1, -1)
  return differentiable({
    inputs: { x },
    forward: () => runKernel(kernel, { x }, { size }),
    gradients: (dy) => ({ x: () => runKernel(`${kernel}Grad`, { dy }, { size: source }) }),
  })
}

function checkSize(name: string, x: Tensor, size: readonly number[]): void {
  if (size.length !== x.rank - 2 || size.some((length) => !Number.isInteger(length) || length < 1)) {
    throw new RangeError(`${name}: expected ${x.rank - 2} positive integers as size, got [${size}]`)
  }
}
