/**
 * Puts the gradients of this package into tfjs's registry, once, without replacing any that is there.
 *
 * tfjs-node brings tfjs's own gradients with it; those stay.
 *
 * @module
 */
import { getGradient, registerGradient } from '@tensorflow/tfjs-core'

import { elementwiseGradients } from './gradients-elementwise.ts'
import { structuralGradients } from './gradients-structural.ts'

/** Registers every gradient that training needs and that is not registered yet. Calling it again does nothing. */
export function registerGradients(): void {
  for (const [kernelName, rule] of Object.entries({ ...elementwiseGradients, ...structuralGradients })) {
    // tfjs types attributes as a closed union of its own; ours read the same plain values.
    if (getGradient(kernelName) === undefined) registerGradient({ kernelName, ...rule } as never)
  }
}
