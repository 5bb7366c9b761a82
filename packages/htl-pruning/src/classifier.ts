/**
 * A convolutional encoder, global average pooling and one linear layer: the network that class activation maps are
 * defined for (Zhou et al. 2016, arXiv:1512.04150).
 *
 * logits_k = sum over channels c of mean over places of f_c(place) times w_ck, plus b_k
 *
 * It normalises by statistics of the image at hand, so that a pruned copy needs no recalibration.
 *
 * @module
 */
import { conv, maxPool, normActivation, type NamedTensors } from '@leanvox/engine'
import { levelSizes, type ApplyOptions, type Network, type ParameterSpec } from '@leanvox/nets'
import type { Rng } from '@leanvox/random'
import { add, matMul, mean, tidy, util, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { classifierSpec, type ClassifierSpec } from './classifier-spec.ts'

/** A network whose `apply` gives logits `[N, classes]`, opened at every level for heat maps. */
export interface Classifier extends Network<ClassifierSpec> {
  /** Features of a level `[N, ...size, channels]`; default the last one. */
  features(weights: NamedTensors, x: Tensor, options?: { readonly level?: number }): Tensor
  /** Logits from the features of a level. */
  classify(weights: NamedTensors, features: Tensor, options?: { readonly level?: number }): Tensor
}

/** Names of the weights of the linear layer: `[channels, classes]` and `[classes]`. */
export const HEAD = { kernel: 'head.kernel', bias: 'head.bias' } as const

/**
 * The network of a spec; it holds no weights.
 *
 * Its convolutions are named as the encoder's of a U-Net (`encoder.0.conv.1.kernel`). `train` takes it together with a
 * {@link classificationObjective}.
 *
 * @throws RangeError for a bad spec; when called, for an `x` of another rank or channel count, a level that does not exist,
 *   a missing or misshapen weight, or a `rescale`, which it does not know
 *
 * @example
 * const network = classifier({ channels: [8, 16, 32], outChannels: 3 })
 * network.apply(weights, x).shape // [N, 3]
 */
export function classifier(parts: Partial<ClassifierSpec> = {}): Classifier {
  const spec = classifierSpec(parts)
  const parameters = parametersOf(spec)
  const last = spec.channels.length - 1
  const features: Classifier['features'] = (weights, x, { level = last } = {}) => {
    checkInput(spec, x)
    checkWeights(parameters, weights)
    checkLevel(last, level)
    return tidy(() => runLevels(spec, weights, { x, from: 0, to: level }))
  }
  const classify: Classifier['classify'] = (weights, input, { level = last } = {}) => {
    checkLevel(last, level)
    return tidy(() => head(weights, runLevels(spec, weights, { x: input, from: level + 1, to: last })))
  }
  const apply: Classifier['apply'] = (weights, x, options) => {
    refuseRescale(options)
    return tidy(() => classify(weights, features(weights, x)))
  }
  return {
    spec,
    parameters,
    parameterCount: parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    init: (rng) => Object.fromEntries(parameters.map((one) => [one.name, drawn(one, rng.split(one.name))])),
    apply,
    applyDeep: (weights, x, options) => [apply(weights, x, options)],
    features,
    classify,
    multiplyAdds: (spatial, options) => {
      refuseRescale(options)
      return multiplyAdds(spec, spatial)
    },
  }
}

/** Whether a network is one of these. */
export function isClassifier(network: object): network is Classifier {
  return 'classify' in network && 'features' in network
}

function runLevels(
  spec: ClassifierSpec,
  weights: NamedTensors,
  { x, from, to }: { readonly x: Tensor; readonly from: number; readonly to: number },
): Tensor {
  let features = x
  for (let level = from; level <= to; level++) {
    if (level > 0) features = maxPool(features, 2)
    for (let index = 0; index < spec.convsPerLevel; index++) {
      const name = `encoder.${level}.conv.${index}`
      features = normActivation(conv(features, weights[`${name}.kernel`]), affineOf(weights, name), {
        kind: spec.norm,
        groups: groupsFor(spec.channels[level]),
        leakiness: spec.leakiness,
      })
    }
  }
  return features
}

function affineOf(weights: NamedTensors, name: string): { scale?: Tensor; offset?: Tensor } {
  const scale = weights[`${name}.scale`] as Tensor | undefined
  const offset = weights[`${name}.offset`] as Tensor | undefined
  return { ...(scale && { scale }), ...(offset && { offset }) }
}

function head(weights: NamedTensors, features: Tensor): Tensor {
  const places = features.shape.map((_, axis) => axis).slice(1, -1)
  return add(matMul(mean(features, places) as Tensor2D, weights[HEAD.kernel] as Tensor2D), weights[HEAD.bias])
}

function parametersOf(spec: ClassifierSpec): ParameterSpec[] {
  const { dimensions, channels, convsPerLevel, norm, leakiness } = spec
  const gain = Math.sqrt(2 / (1 + leakiness ** 2))
  const convs = channels.flatMap((out, level) =>
    Array.from({ length: convsPerLevel }, (_, index) => {
      const input = index > 0 ? out : level > 0 ? channels[level - 1] : spec.inChannels
      const fanIn = input * 3 ** dimensions
      const name = `encoder.${level}.conv.${index}`
      const shape = [...Array.from({ length: dimensions }, () => 3), input, out]
      const kernel = { name: `${name}.kernel`, shape, fanIn, initial: { mean: 0, deviation: gain / Math.sqrt(fanIn) } }
      const offset = vector(`${name}.offset`, out, 0)
      return norm === 'none' ? [kernel, offset] : [kernel, vector(`${name}.scale`, out, 1), offset]
    }),
  )
  const fanIn = channels[channels.length - 1]
  const initial = { mean: 0, deviation: 1 / Math.sqrt(fanIn) }
  return [
    ...convs.flat(),
    { name: HEAD.kernel, shape: [fanIn, spec.outChannels], fanIn, initial },
    vector(HEAD.bias, spec.outChannels, 0),
  ]
}

function vector(name: string, length: number, mean: number): ParameterSpec {
  return { name, shape: [length], fanIn: 1, initial: { mean, deviation: 0 } }
}

function drawn({ shape, initial: { mean, deviation } }: ParameterSpec, rng: Rng) {
  const data = new Float32Array(sizeOf(shape))
  if (deviation === 0) data.fill(mean)
  else for (let i = 0; i < data.length; i++) data[i] = mean + deviation * rng.normal()
  return { shape: [...shape], data }
}

function multiplyAdds(spec: ClassifierSpec, spatial: readonly number[]): number {
  if (spatial.length !== spec.dimensions || spatial.some((length) => !(Number.isInteger(length) && length >= 1))) {
    throw new RangeError(
      `classifier: expected ${spec.dimensions} positive whole numbers as size, got [${spatial.join(', ')}]`,
    )
  }
  const sizes = levelSizes(spatial, { levels: spec.channels.length })
  const kernels = parametersOf(spec).filter(({ shape }) => shape.length > 2)
  const perLevel = spec.convsPerLevel
  return (
    kernels.reduce((sum, { shape }, i) => sum + sizeOf(shape) * sizeOf(sizes[Math.floor(i / perLevel)]), 0) +
    spec.channels[spec.channels.length - 1] * spec.outChannels
  )
}

function refuseRescale({ rescale }: ApplyOptions = {}): void {
  if (rescale !== undefined) throw new RangeError(`classifier: expected no rescale, got ${String(rescale)}`)
}

function checkInput({ dimensions, inChannels }: ClassifierSpec, x: Tensor): void {
  if (x.rank !== dimensions + 2 || x.shape[x.rank - 1] !== inChannels) {
    const axes = dimensions === 3 ? 'depth, height, width' : 'height, width'
    throw new RangeError(`classifier: expected x of shape [batch, ${axes}, ${inChannels}], got [${x.shape.join(', ')}]`)
  }
}

function checkWeights(parameters: readonly ParameterSpec[], weights: NamedTensors): void {
  for (const { name, shape } of parameters) {
    const weight = weights[name] as Tensor | undefined
    if (weight && util.arraysEqual(weight.shape, [...shape])) continue
    const found = weight ? `[${weight.shape.join(', ')}]` : `none among ${Object.keys(weights).length} weights`
    throw new RangeError(`classifier: expected a weight ${name} of shape [${shape.join(', ')}], got ${found}`)
  }
}

function checkLevel(last: number, level: number): void {
  if (Number.isInteger(level) && level >= 0 && level <= last) return
  throw new RangeError(`classifier: expected a level within 0 and ${last}, got ${level}`)
}

/** The largest number of groups that divides 8 and the channels. */
function groupsFor(channels: number): number {
  return [8, 4, 2].find((groups) => channels % groups === 0) ?? 1
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1)
