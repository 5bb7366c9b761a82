/**
 * The value of a scalar function of named weights and its gradient for every weight, by name.
 *
 * tfjs returns gradients by position; here they come back under the names of the weights. A weight that the function
 * does not use has a gradient of zeros, so that shrinking a network never breaks an optimiser step.
 *
 * @module
 */
import { engine, tidy, zerosLike, type Scalar, type Tensor } from '@tensorflow/tfjs-core'

import { registerGradients } from './register-gradients.ts'
import type { NamedTensors } from './named-tensors.ts'

/** A value and the gradient of that value for every weight. The caller owns all of them. */
export interface ValueAndGradients {
  readonly value: Scalar
  readonly gradients: NamedTensors
}

/**
 * Evaluates `f(weights)` and differentiates it with respect to every weight.
 *
 * @throws RangeError when `f` does not return a scalar
 *
 * @example
 * valueAndGradients(({ w }) => sum(square(w)) as Scalar, { w: tensor([3]) }).gradients.w // => [6]
 */
export function valueAndGradients(f: (weights: NamedTensors) => Scalar, weights: NamedTensors): ValueAndGradients {
  registerGradients()
  const names = Object.keys(weights)
  return tidy(() => {
    const { value, grads } = engine().gradients(
      () => checked(f(weights)),
      names.map((name) => weights[name]),
      undefined,
      true,
    )
    const gradients: Record<string, Tensor> = {}
    names.forEach((name, index) => {
      gradients[name] = grads[index] ?? zerosLike(weights[name])
    })
    return { value: value as Scalar, gradients }
  })
}

function checked(value: Scalar): Scalar {
  if (value.size !== 1)
    throw new RangeError(`valueAndGradients: expected f to return a scalar, got shape [${value.shape}]`)
  return value
}
