/**
 * Runs one named kernel of the active backend. The typed entry for kernels that tfjs-core has no public operation for.
 *
 * @module
 */
import { engine, type Tensor } from '@tensorflow/tfjs-core'

/** Runs `name` and returns its single output. */
export function runKernel(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: Record<string, unknown> = {},
): Tensor {
  // tfjs types attributes as a closed union of its own; ours are the same plain values.
  return engine().runKernel(name, inputs, attributes as never) as Tensor
}

/** Runs `name` and returns its outputs. */
export function runKernels(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: Record<string, unknown> = {},
): Tensor[] {
  return engine().runKernel(name, inputs, attributes as never) as Tensor[]
}
