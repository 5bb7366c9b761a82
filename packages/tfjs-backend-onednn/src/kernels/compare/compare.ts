/**
 * Comparisons and logic of two tensors with broadcasting, and tests of single elements; the result is bool.
 *
 * @module
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { broadcast } from '../elementwise/broadcast.ts'
import { comparisonNames, testNames, type ElementwiseFunctions } from '../elementwise/functions.ts'
import { elements, isPlain } from '../elements.ts'
import { kernel, result, sizeOf, type KernelCall } from '../kernel.ts'

/** Equal ... GreaterEqual, LogicalAnd, LogicalOr, LogicalNot, IsNan, IsFinite, IsInf. */
export const kernels: readonly KernelConfig[] = [
  ...comparisonNames.map((name, place) => kernel(name, (call) => compare(call, place))),
  ...testNames.map((name, place) => kernel(name, (call) => test(call, place))),
]

const firstOfLogic = comparisonNames.indexOf('LogicalAnd')

function compare(call: KernelCall, place: number): TensorInfo | undefined {
  const { a, b } = call.inputs
  if (!isPlain(a) || !isPlain(b) || a.dtype !== b.dtype) return undefined
  // Of other dtypes the cpu backend keeps b's value, as JavaScript's && and || do.
  if (place >= firstOfLogic && a.dtype !== 'bool') return undefined
  const common = broadcast({ a: a.shape, b: b.shape })
  if (common === undefined) return undefined
  const out = call.backend.take(sizeOf(common), 'bool')
  native<ElementwiseFunctions>().compare(place, common.attributes, elements(call, a), elements(call, b), out)
  return result(call, common.shape, out)
}

function test(call: KernelCall, place: number): TensorInfo | undefined {
  const { x } = call.inputs
  if (!isPlain(x)) return undefined
  const out = call.backend.take(sizeOf(x), 'bool')
  native<ElementwiseFunctions>().test(place, elements(call, x), out)
  return result(call, x.shape, out)
}
