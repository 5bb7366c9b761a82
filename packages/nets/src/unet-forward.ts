/**
 * The forward pass of a U-Net (Ronneberger et al. 2015; 3D: Cicek et al. 2016) over its layout: encoder, decoder with
 * [upsampled, skip] concatenation, 1x1 heads.
 *
 * Each stage runs in its own tidy, so that outside of training only the skips and the current features stay in memory.
 *
 * @module
 */
import {
  conv,
  convTranspose,
  maxPool,
  type NamedTensors,
  normActivation,
  resizeLinear,
  resizeNearest,
} from '@leanvox/engine'
import { add, concat, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { HALF, rescaled } from './level-sizes.ts'
import type { ConvLayer, DecoderStage, Unit, UNetLayout } from './unet-layout.ts'
import type { UNetSpec } from './unet-spec.ts'

/** What a pass reads besides its input. */
export interface Pass {
  readonly spec: UNetSpec
  readonly layout: UNetLayout
  readonly weights: NamedTensors
  /** One factor for each downsampling stage, finest first. */
  readonly rescale: readonly number[] | undefined
}

/** Logits of the first `heads` heads, finest first; the caller owns them. */
export function forward(pass: Pass, x: Tensor, heads: number): Tensor[] {
  return tidy(() => {
    const skips: Tensor[] = []
    pass.layout.encoder.forEach((units, level) => {
      const input = level === 0 ? x : skips[level - 1]
      skips.push(tidy(() => runUnits(pass, [level === 0 ? input : down(pass, input, level - 1)], units)))
    })
    const features = [...skips]
    for (const stage of pass.layout.decoder) {
      const { level } = stage
      features[level] = tidy(() => {
        const raised = up(pass, { stage, below: features[level + 1], skip: skips[level] })
        return runUnits(pass, [raised, skips[level]], stage.units)
      })
    }
    return pass.layout.heads
      .slice(0, heads)
      .map((head) => withBias(pass, head, plainConv(pass, head, [features[head.level]])))
  })
}

function down({ spec, rescale }: Pass, x: Tensor, stage: number): Tensor {
  if (rescale !== undefined) return resizeLinear(x, rescaled(spatialOf(x), rescale[stage]))
  if (spec.downsample === 'max-pool') return maxPool(x, 2)
  return spec.downsample === 'resize' ? resizeLinear(x, rescaled(spatialOf(x), HALF)) : x
}

function up(pass: Pass, { stage, below, skip }: { stage: DecoderStage; below: Tensor; skip: Tensor }): Tensor {
  const size = spatialOf(skip)
  if (stage.up) {
    const kernel = pass.weights[`${stage.up.name}.kernel`]
    return withBias(pass, stage.up, convTranspose(below, kernel, { strides: 2, outputShape: size }))
  }
  return pass.spec.upsample === 'linear' ? resizeLinear(below, size) : resizeNearest(below, size)
}

// The input of the first unit is the channels of `x` side by side: a convolution need not copy them together first.
function runUnits(pass: Pass, x: readonly Tensor[], units: readonly Unit[]): Tensor {
  const [output] = units.reduce((input, { convs, skip }) => {
    const [activated] = convs.reduce((features, layer) => [activatedConv(pass, layer, features)], input)
    if (skip === 'none') return [activated]
    if (skip === 'identity') return [add(activated, input.length === 1 ? input[0] : concat([...input], -1))]
    return [add(activated, withBias(pass, skip, plainConv(pass, skip, input)))]
  }, x)
  return output
}

function activatedConv(pass: Pass, layer: ConvLayer, x: readonly Tensor[]): Tensor {
  const { norm: kind, leakiness } = pass.spec
  const {
    [`${layer.name}.scale`]: scale,
    [`${layer.name}.offset`]: offset,
    [`${layer.name}.bias`]: bias,
  } = pass.weights
  return tidy(() => {
    const features = plainConv(pass, layer, x)
    if (kind === 'none') return normActivation(features, { offset: bias }, { kind, leakiness })
    return normActivation(features, { scale, offset }, { kind, groups: groupsFor(layer.outChannels), leakiness })
  })
}

function plainConv({ weights, rescale }: Pass, { name, strided }: ConvLayer, x: readonly Tensor[]): Tensor {
  return conv(x, weights[`${name}.kernel`], { strides: strided && rescale === undefined ? 2 : 1 })
}

function withBias({ weights }: Pass, { name }: ConvLayer, x: Tensor): Tensor {
  const bias = weights[`${name}.bias`]
  return bias ? add(x, bias) : x
}

/** The largest number of groups that divides 8 and the channels. */
function groupsFor(channels: number): number {
  return [8, 4, 2].find((groups) => channels % groups === 0) ?? 1
}

const spatialOf = (x: Tensor) => x.shape.slice(1, -1)
