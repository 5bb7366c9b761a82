/**
 * The named weights of a U-Net and how fresh ones are drawn.
 *
 * Kernels are Kaiming-normal (He et al., ICCV 2015) over fan-in: deviation gain / sqrt(fanIn), with
 * gain = sqrt(2 / (1 + leakiness^2)) where a leaky ReLU follows and 1 for skips, upsamplings and heads, which stay linear.
 * fanIn = in x kernel^dimensions, and `in` alone for a transposed kernel, whose stride equals its size. Scales start at 1,
 * offsets and biases at 0.
 *
 * @module
 */
import type { NamedArrays } from '@leanvox/engine'
import type { Rng } from '@leanvox/random'
import type { ParameterSpec } from './network.ts'
import type { ConvLayer } from './unet-layout.ts'
import type { UNetSpec } from './unet-spec.ts'

/**
 * The parameters of one layer: `kernel` [...k, in, out] (transposed: [...k, out, in]), then `scale` and `offset` [out] of
 * its normalisation, or `bias` [out] where nothing normalises.
 */
export function layerParameters(spec: UNetSpec, layer: ConvLayer): ParameterSpec[] {
  const vector = (part: string, mean: number): ParameterSpec => ({
    name: `${layer.name}.${part}`,
    shape: [layer.outChannels],
    fanIn: 1,
    initial: { mean, deviation: 0 },
  })
  const kernel = kernelParameter(spec, layer)
  if (layer.role === 'head' || spec.norm === 'none') return [kernel, vector('bias', 0)]
  return layer.role === 'conv' ? [kernel, vector('scale', 1), vector('offset', 0)] : [kernel]
}

function kernelParameter(spec: UNetSpec, { name, role, inChannels, outChannels, kernel }: ConvLayer): ParameterSpec {
  const taps = Array.from({ length: spec.dimensions }, () => kernel)
  const fanIn = role === 'up' ? inChannels : inChannels * kernel ** spec.dimensions
  const gain = role === 'conv' ? Math.sqrt(2 / (1 + spec.leakiness ** 2)) : 1
  return {
    name: `${name}.kernel`,
    shape: role === 'up' ? [...taps, outChannels, inChannels] : [...taps, inChannels, outChannels],
    fanIn,
    initial: { mean: 0, deviation: gain / Math.sqrt(fanIn) },
  }
}

/** Fresh weights, each from the stream of its own name. */
export function drawParameters(parameters: readonly ParameterSpec[], rng: Rng): NamedArrays {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const shape = [...parameter.shape]
      return [parameter.name, { shape, data: drawOne(parameter, rng.split(parameter.name)) }]
    }),
  )
}

function drawOne({ shape, initial: { mean, deviation } }: ParameterSpec, rng: Rng): Float32Array {
  const data = new Float32Array(sizeOf(shape))
  if (deviation === 0) return data.fill(mean)
  for (let i = 0; i < data.length; i++) data[i] = mean + deviation * rng.normal()
  return data
}

/** Elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}
