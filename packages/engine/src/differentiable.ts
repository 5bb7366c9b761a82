/**
 * An operation with a gradient of its own, each input's gradient computed only when it is asked for.
 *
 * tfjs's public `customGrad` computes the gradients of all inputs at once; the input gradient of a network's first
 * convolution, which nobody needs, would cost as much as its forward pass. This is the engine call beneath it.
 *
 * @module
 */
import { engine, type Tensor } from '@tensorflow/tfjs-core'

/** What an operation does and how it is differentiated. */
export interface Differentiable {
  readonly inputs: Readonly<Record<string, Tensor>>
  /** Computes the value; `save` keeps tensors for the gradients. */
  readonly forward: (save: (tensors: Tensor[]) => void) => Tensor
  /** One function an input, by name; `saved` is what `save` kept. */
  readonly gradients: (dy: Tensor, saved: Tensor[]) => Record<string, () => Tensor>
}

/** Runs the operation, recording it for differentiation. */
export function differentiable({ inputs, forward, gradients }: Differentiable): Tensor {
  // The method is public in JavaScript and private in tfjs's types.
  const runner = engine() as unknown as { runKernelFunc(parameters: object): Tensor }
  return runner.runKernelFunc({
    inputs,
    forwardFunc: (_backend: unknown, save: (tensors: Tensor[]) => void) => forward(save),
    backwardsFunc: gradients,
  })
}
