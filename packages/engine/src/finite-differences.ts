/**
 * Compares a gradient with central differences along a direction: (f(w + h d) - f(w - h d)) / 2h against gradient . d.
 *
 * One number a weight, whatever its size; a wrong gradient agrees along a random direction with probability zero.
 *
 * @module
 */
import { add, dispose, mul, sum, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core'

import type { NamedTensors } from './named-tensors.ts'
import { valueAndGradients } from './value-and-gradients.ts'

/** What is differentiated, where, and along which directions. */
export interface DirectionalCheck {
  readonly f: (weights: NamedTensors) => Scalar
  readonly weights: NamedTensors
  /** One tensor a weight, of its shape. */
  readonly directions: NamedTensors
  readonly step?: number
}

/** The slope of `f` along a weight's direction, computed both ways. */
export interface Slopes {
  readonly analytic: number
  readonly numeric: number
}

/** Both slopes for every weight, by name. Float32 leaves about three digits of the numeric one. */
export function directionalSlopes({ f, weights, directions, step = 1e-2 }: DirectionalCheck): Record<string, Slopes> {
  const { value, gradients } = valueAndGradients(f, weights)
  const at = (name: string, distance: number): number =>
    tidy(() => f({ ...weights, [name]: add(weights[name], mul(directions[name], distance)) }).dataSync()[0])
  const slopes = Object.keys(weights).map((name): [string, Slopes] => {
    const analytic = tidy(() => (sum(mul(gradients[name], directions[name])) as Tensor).dataSync()[0])
    return [name, { analytic, numeric: (at(name, step) - at(name, -step)) / (2 * step) }]
  })
  dispose([value, ...Object.values(gradients)])
  return Object.fromEntries(slopes)
}
