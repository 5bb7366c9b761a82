/**
 * Multiplies a tensor by a sparse matrix along one axis, differentiably; the gradient is the transposed matrix.
 *
 * @module
 */
import { gather, matMul, reshape, tensor1d, tensor3d, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core'

import { differentiable } from './differentiable.ts'
import { hasOwnKernels, ownKernelNames } from './own-kernels.ts'
import { runKernel } from './run-kernel.ts'
import { denseRows, transposeRows, type SparseRows } from './sparse-rows.ts'

/** y[..., i, ...] = sum over j of matrix[i, j] x[..., j, ...] along `axis`. */
export function applyAlongAxis(x: Tensor, axis: number, matrix: SparseRows): Tensor {
  return differentiable({
    inputs: { x },
    forward: () => multiply(x, axis, matrix),
    gradients: (dy) => ({ x: () => multiply(dy, axis, transposeRows(matrix)) }),
  })
}

function multiply(x: Tensor, axis: number, matrix: SparseRows): Tensor {
  if (hasOwnKernels()) return runKernel(ownKernelNames.axisMatrix, { x }, { axis, matrix })
  // A selection is gathered, so that an infinite value elsewhere does not turn it into NaN.
  if (isSelection(matrix)) return gather(x, tensor1d(matrix.column, 'int32'), axis)
  const { rows, columns } = matrix
  const outer = x.shape.slice(0, axis).reduce((product, length) => product * length, 1)
  const dense = tensor3d(denseRows(matrix), [1, rows, columns])
  const product = matMul(dense, reshape(x, [outer, columns, x.size / (outer * columns)]) as Tensor3D)
  return reshape(
    product,
    x.shape.map((length, index) => (index === axis ? rows : length)),
  )
}

function isSelection({ rows, start, weight }: SparseRows): boolean {
  return (
    weight.length === rows && weight.every((value) => value === 1) && start.every((value, index) => value === index)
  )
}
