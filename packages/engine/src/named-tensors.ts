/**
 * Tensors by name: the form in which weights, gradients and optimiser slots travel.
 *
 * Names, not positions, are the identity of a weight: a checkpoint written by one network can then be read by another
 * that lists its weights in a different order. Arrays cross package borders; tensors live only inside compute code.
 *
 * @module
 */
import { dispose, tensor, type Tensor } from '@tensorflow/tfjs-core'

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>

/** One dense float32 array and its shape, row major. */
export interface NamedArray {
  readonly shape: number[]
  readonly data: Float32Array
}

/** Float32 arrays by name. */
export type NamedArrays = Record<string, NamedArray>

/**
 * Copies named arrays to tensors of the active backend. The caller owns the tensors.
 *
 * @throws RangeError when an array does not hold as many values as its shape says
 */
export function toTensors(arrays: Readonly<NamedArrays>): NamedTensors {
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    const size = shape.reduce((product, length) => product * length, 1)
    if (data.length !== size) {
      throw new RangeError(`toTensors: expected ${size} values for ${name} of shape [${shape}], got ${data.length}`)
    }
  }
  return mapEntries(arrays, ({ shape, data }) => tensor(data, shape, 'float32'))
}

/** Copies named tensors to arrays; the tensors stay alive and belong to the caller. */
export async function toArrays(tensors: NamedTensors): Promise<NamedArrays> {
  const entries = Object.entries(tensors).map(async ([name, value]) => {
    const data = Float32Array.from(await value.data())
    return [name, { shape: value.shape.slice(), data }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Frees every tensor of the record. */
export function disposeAll(tensors: NamedTensors): void {
  dispose(Object.values(tensors))
}

/** A record of the same names, each value mapped. */
export function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]))
}
