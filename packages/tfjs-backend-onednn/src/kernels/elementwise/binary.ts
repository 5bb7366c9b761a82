/**
 * Arithmetic of two tensors with broadcasting, float32 or int32; both have one dtype, which the result has too.
 *
 * Integers are computed in double precision and wrapped, as JavaScript does. Where dtypes differ or are bool, the cpu
 * backend computes.
 *
 * @module
 */
import { util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { elements, isPlain, listed, pooledType } from '../elements.ts'
import { isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { broadcast } from './broadcast.ts'
import { binaryNames, type ElementwiseFunctions } from './functions.ts'

type Operands = readonly [a: TensorInfo | undefined, b: TensorInfo | undefined]

const ordinary = binaryNames.filter((name) => name !== 'Prelu' && name !== 'EluGrad')

/** Arithmetic, Prelu, EluGrad, FloorDiv and AddN. */
export const kernels: readonly KernelConfig[] = [
  ...ordinary.map((name) =>
    kernel(name, (call) => arithmetic(call, { name, operands: [call.inputs['a'], call.inputs['b']] })),
  ),
  kernel('Prelu', (call) => ofFloats(call, { name: 'Prelu', operands: [call.inputs['x'], call.inputs['alpha']] })),
  kernel('EluGrad', (call) => ofFloats(call, { name: 'EluGrad', operands: [call.inputs['dy'], call.inputs['y']] })),
  kernel('FloorDiv', floorDivide),
  kernel('AddN', addAll),
]

interface Operation {
  readonly name: string
  readonly operands: Operands
}

function arithmetic(call: KernelCall, { name, operands: [a, b] }: Operation): TensorInfo | undefined {
  if (!isPlain(a) || !isPlain(b) || a.dtype !== b.dtype || a.dtype === 'bool') return undefined
  const halves = name === 'Add' ? addHalves(call, a, b) : undefined
  if (halves !== undefined) return halves
  const common = broadcast({ a: a.shape, b: b.shape })
  const type = pooledType(a.dtype)
  if (common === undefined || type === undefined) return undefined
  const out = call.backend.take(sizeOf(common), type)
  native<ElementwiseFunctions>().binary(placeOf(name), common.attributes, elements(call, a), elements(call, b), out)
  return result(call, common.shape, out)
}

// Two tensors that fused kernels stored as bfloat16, as where gradients of one tensor meet, stay so.
function addHalves(call: KernelCall, a: TensorInfo, b: TensorInfo): TensorInfo | undefined {
  const [first, second] = [a, b].map(({ dataId }) => call.backend.halfOf(dataId))
  if (first === undefined || second === undefined || !util.arraysEqual(a.shape, b.shape)) return undefined
  const out = call.backend.take(first.length, 'bfloat16')
  native<{ addHalves(a: Uint16Array, b: Uint16Array, out: Uint16Array): void }>().addHalves(first, second, out)
  return result(call, a.shape, out)
}

function ofFloats(call: KernelCall, operation: Operation): TensorInfo | undefined {
  return operation.operands.every(isFloat) ? arithmetic(call, operation) : undefined
}

function floorDivide(call: KernelCall): TensorInfo | undefined {
  const { a, b } = call.inputs
  if (!isPlain(a) || !isPlain(b) || a.dtype !== b.dtype || a.dtype === 'bool') return undefined
  const common = broadcast({ a: a.shape, b: b.shape })
  if (common === undefined) return undefined
  const out = call.backend.take(sizeOf(common), 'int32')
  native<ElementwiseFunctions>().floorDiv(0, common.attributes, elements(call, a), elements(call, b), out)
  return result(call, common.shape, out)
}

function addAll(call: KernelCall): TensorInfo | undefined {
  const [first, second, ...others] = listed(call)
  const alike = (info: TensorInfo | undefined) => isFloat(info) && util.arraysEqual(info.shape, first.shape)
  if (![first, second, ...others].every(alike)) return undefined
  const out = call.backend.take(sizeOf(first), 'float32')
  const add = (a: Float32Array, info: TensorInfo) => {
    const flat = [sizeOf(info)]
    const common = broadcast({ a: flat, b: flat })
    if (common !== undefined)
      native<ElementwiseFunctions>().binary(placeOf('Add'), common.attributes, a, elements(call, info), out)
  }
  add(elements(call, first) as Float32Array, second)
  for (const other of others) add(out, other)
  return result(call, first.shape, out)
}

function placeOf(name: string): number {
  return binaryNames.findIndex((other) => other === name)
}
