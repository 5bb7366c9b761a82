/**
 * The form of a gradient in tfjs's registry, and two short ways to write the common ones.
 *
 * @module
 */
import { type Tensor } from '@tensorflow/tfjs-core'

import { sumTo } from './sum-to.ts'

/** What tfjs stores about a kernel's gradient, without the kernel's name. */
export interface GradientRule {
  readonly inputsToSave?: string[]
  readonly saveAllInputs?: boolean
  readonly outputsToSave?: boolean[]
  readonly gradFunc: (
    dy: Tensor,
    saved: Tensor[],
    attributes: Record<string, unknown>,
  ) => Record<string, () => Tensor> | (() => Tensor)[]
}

interface UnarySaved {
  readonly x: Tensor
  readonly y: Tensor
  readonly attributes: Record<string, unknown>
}

/** A rule of a kernel of one input `x` and output `y`; `uses` says which of them are kept for the backward pass. */
export function unary(
  backward: (dy: Tensor, saved: UnarySaved) => Tensor,
  uses: readonly ('x' | 'y')[] = ['x'],
): GradientRule {
  const usesX = uses.includes('x')
  return {
    inputsToSave: usesX ? ['x'] : [],
    outputsToSave: [uses.includes('y')],
    gradFunc: (dy, saved, attributes) => ({
      x: () => backward(dy, { x: saved[0], y: saved[usesX ? 1 : 0], attributes }),
    }),
  }
}

type BinaryBackward = (dy: Tensor, saved: { readonly a: Tensor; readonly b: Tensor }) => Tensor

/** A rule of a broadcasting kernel of two inputs `a` and `b`. */
export function binary(backward: { readonly a: BinaryBackward; readonly b: BinaryBackward }): GradientRule {
  return {
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => sumTo(backward.a(dy, { a, b }), a.shape),
      b: () => sumTo(backward.b(dy, { a, b }), b.shape),
    }),
  }
}
