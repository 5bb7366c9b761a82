/**
 * Fresh weights from parameter specs, each from the stream of its own name.
 *
 * @module
 */
import type { NamedArrays } from '@leanvox/engine'
import type { ParameterSpec } from '@leanvox/nets'
import type { Rng } from '@leanvox/random'

/** Normal draws of each parameter's mean and deviation; a deviation of 0 is a constant. */
export function drawParameters(parameters: readonly ParameterSpec[], rng: Rng): NamedArrays {
  return Object.fromEntries(
    parameters.map(({ name, shape, initial: { mean, deviation } }) => {
      const data = new Float32Array(shape.reduce((product, length) => product * length, 1))
      if (deviation === 0) data.fill(mean)
      else {
        const own = rng.split(name)
        for (let i = 0; i < data.length; i++) data[i] = mean + deviation * own.normal()
      }
      return [name, { shape: [...shape], data }]
    }),
  )
}
