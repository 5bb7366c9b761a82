/**
 * The exponential moving average of the weights, a <- decay a + (1 - decay) w after every step (Polyak and Juditsky 1992;
 * the teacher of Tarvainen and Valpola 2017 without their ramp). It starts as the fresh weights.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { add, mul } from '@tensorflow/tfjs-core'

/** The average after a step, in new tensors of the caller; the given ones stay. */
export function movedAverage(
  { average, weights }: { average: NamedTensors; weights: NamedTensors },
  decay: number,
): NamedTensors {
  const entries = Object.entries(weights).map(([name, weight]) => [
    name,
    add(mul(average[name], decay), mul(weight, 1 - decay)),
  ])
  return Object.fromEntries(entries) as NamedTensors
}
