/**
 * Functions of one float32 tensor, element by element. Other dtypes go to the cpu backend.
 *
 * @module
 */
import type { KernelConfig } from '@tensorflow/tfjs-core'

import { native } from '../../native.ts'
import { floats, isFloat, kernel, result, sizeOf, type KernelCall } from '../kernel.ts'
import { unaryNames, type ElementwiseFunctions } from './functions.ts'

/** Every function of the addon's table, under tfjs's names. */
export const kernels: readonly KernelConfig[] = unaryNames.map((name, place) =>
  kernel(name, (call) => {
    const x = call.inputs['x']
    if (!isFloat(x)) return undefined
    const y = call.backend.take(sizeOf(x), 'float32')
    native<ElementwiseFunctions>().unary(place, floats(call, x), y, ...attributesOf(call))
    return result(call, x.shape, y)
  }),
)

function attributesOf({ attrs }: KernelCall): [alpha: number, beta: number] {
  const alpha = attrs['alpha'] ?? attrs['clipValueMin'] ?? 0
  return [alpha as number, (attrs['clipValueMax'] ?? 0) as number]
}
