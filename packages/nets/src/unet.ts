/**
 * The U-Net family in two and three dimensions as a pure function of named weights.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { type Tensor, util } from '@tensorflow/tfjs-core'
import { HALF } from './level-sizes.ts'
import type { ApplyOptions, Network, ParameterSpec } from './network.ts'
import { multiplyAdds } from './unet-cost.ts'
import { forward } from './unet-forward.ts'
import { layersOf, unetLayout } from './unet-layout.ts'
import { drawParameters, layerParameters, sizeOf } from './unet-parameters.ts'
import { unetSpec, type UNetSpec } from './unet-spec.ts'

/**
 * The network of a spec. It holds no weights and no tensors.
 *
 * Any spatial size works: sizes round up on the way down and return to the skip's size on the way up. Where a level has
 * shrunk to a single voxel, instance normalisation leaves only its offset.
 *
 * @throws RangeError for a bad spec; when called, for an `x` of another rank or channel count, a missing or misshapen
 *   weight, a `rescale` outside (0, 1], or one other than 0.5 with transposed upsampling (whose stride is fixed)
 *
 * @example
 * const network = unet(unetSpec({ channels: [8, 16, 32] }))
 * const logits = network.apply(toTensors(network.init(createRng(1))), x)
 */
export function unet(partial: Partial<UNetSpec> = {}): Network<UNetSpec> {
  const spec = unetSpec(partial)
  const layout = unetLayout(spec)
  const layers = layersOf(layout)
  const parameters = layers.flatMap((layer) => layerParameters(spec, layer))
  const run = (weights: NamedTensors, x: Tensor, { rescale, heads }: ApplyOptions & { heads: number }) => {
    checkInput(spec, x)
    checkWeights(parameters, weights)
    return forward({ spec, layout, weights, rescale: checkedRescale(spec, rescale) }, x, heads)
  }
  return {
    spec,
    parameters,
    parameterCount: parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    init: (rng) => drawParameters(parameters, rng),
    apply: (weights, x, options) => run(weights, x, { ...options, heads: 1 })[0],
    applyDeep: (weights, x, options) => run(weights, x, { ...options, heads: layout.heads.length }),
    multiplyAdds: (spatial, { rescale } = {}) => {
      checkSpatial(spec, spatial)
      return multiplyAdds({ spec, layers }, spatial, checkedRescale(spec, rescale))
    },
  }
}

function checkInput({ dimensions, inChannels }: UNetSpec, x: Tensor): void {
  if (x.rank !== dimensions + 2 || x.shape[x.rank - 1] !== inChannels) {
    const axes = dimensions === 3 ? 'depth, height, width' : 'height, width'
    throw new RangeError(`unet: expected x of shape [batch, ${axes}, ${inChannels}], got [${x.shape.join(', ')}]`)
  }
}

function checkWeights(parameters: readonly ParameterSpec[], weights: NamedTensors): void {
  for (const { name, shape } of parameters) {
    const weight = weights[name] as Tensor | undefined
    if (!weight || !util.arraysEqual(weight.shape, [...shape])) {
      const found = weight ? `[${weight.shape.join(', ')}]` : `none among ${Object.keys(weights).length} weights`
      throw new RangeError(`unet: expected a weight ${name} of shape [${shape.join(', ')}], got ${found}`)
    }
  }
}

/** One factor for each stage. */
function checkedRescale(
  { upsample, levels }: UNetSpec,
  rescale: number | readonly number[] | undefined,
): readonly number[] | undefined {
  if (rescale === undefined) return undefined
  const factors = typeof rescale === 'number' ? Array.from({ length: levels - 1 }, () => rescale) : rescale
  // A single number is checked even where there is no stage to use it.
  const odd = [rescale].flat().find((factor) => !(factor > 0 && factor <= 1))
  if (odd !== undefined) throw new RangeError(`unet: expected a rescale in (0, 1], got ${odd}`)
  if (factors.length !== levels - 1) {
    throw new RangeError(`unet: expected a rescale for each of ${levels - 1} stages, got [${factors.join(', ')}]`)
  }
  const other = factors.find((factor) => factor !== HALF)
  if (upsample === 'transposed' && other !== undefined) {
    throw new RangeError(`unet: expected a rescale of ${HALF} with transposed upsampling, got ${other}`)
  }
  return factors
}

function checkSpatial({ dimensions }: UNetSpec, spatial: readonly number[]): void {
  if (spatial.length !== dimensions || spatial.some((length) => !(Number.isInteger(length) && length >= 1))) {
    throw new RangeError(`unet: expected ${dimensions} positive whole numbers as size, got [${spatial.join(', ')}]`)
  }
}
