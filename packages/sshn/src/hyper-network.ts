/**
 * The scale-space hypernetwork (Gonzalez Ortiz, Guttag and Dalca, NeurIPS 2023, arXiv 2304.05448): an MLP maps the
 * rescaling factor to all convolution weights and biases of a primary U-Net that resizes by that factor.
 *
 * theta_t = theta0_t + factor (features(phi) K_t), one head K_t for each weight tensor t. Fresh heads and theta0 are drawn
 * so that theta_t has the variance of a freshly drawn U-Net's weight for every phi. Scale and offset of the
 * normalisations are ordinary weights, shared by all phi (so in the first author's libraries). Gradients flow into omega.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { type ParameterSpec, unet } from '@leanvox/nets'
import { add, matMul, mul, reshape, util } from '@tensorflow/tfjs-core'
import { type HyperParts, type HyperSpec, hyperSpec } from './hyper-spec.ts'
import type { Phi } from './phi.ts'
import { mlpParameters, phiFeatures } from './phi-mlp.ts'
import { type PhiNetwork, phiNetwork } from './phi-network.ts'

export type HyperNetwork = PhiNetwork<HyperSpec>

/**
 * The hypernetwork of a spec. It holds no weights and no tensors.
 *
 * `apply(omega, x, { rescale: phi })` predicts the weights for phi and runs the primary; `weightsAt(omega, phi)` gives them.
 *
 * @throws RangeError for a bad spec; when called, for phi outside (0, 1] or omega of another architecture
 *
 * @example
 * const network = hyperNetwork({ primary: { outChannels: 3 } })
 * const logits = network.apply(toTensors(network.init(createRng(1))), x, { rescale: 0.3 })
 */
export function hyperNetwork(parts: HyperParts = {}): HyperNetwork {
  const spec = hyperSpec(parts)
  const { predicted, shared } = dividedParameters(unet(spec.primary).parameters)
  const parameters = [
    ...mlpParameters(spec),
    ...predicted.flatMap((parameter) => headParameters(spec, parameter)),
    ...shared.map((parameter) => ({ ...parameter, name: sharedName(parameter.name) })),
  ]
  const predict = (omega: NamedTensors, phi: Phi): NamedTensors => {
    const features = mul(phiFeatures(spec, omega, phi), spec.headFactor)
    const theta = predicted.map(({ name, shape }) => {
      const change = matMul(features, omega[headName(name, 'kernel')])
      return [name, reshape(add(change, omega[headName(name, 'bias')]), [...shape])] as const
    })
    return Object.fromEntries([...theta, ...shared.map(({ name }) => [name, omega[sharedName(name)]] as const)])
  }
  const weightMultiplyAdds = parameters
    .filter(({ name }) => !name.startsWith(sharedName('')) && name.endsWith('.kernel'))
    .reduce((sum, { shape }) => sum + util.sizeFromShape([...shape]), 0)
  return phiNetwork({ caller: 'hyperNetwork', spec, parameters, weightMultiplyAdds, predict })
}

/** Scales and offsets belong to normalisations and are shared; all others are convolutions' and predicted. */
export function dividedParameters(parameters: readonly ParameterSpec[]): {
  predicted: ParameterSpec[]
  shared: ParameterSpec[]
} {
  const ofNorm = ({ name }: ParameterSpec) => name.endsWith('.scale') || name.endsWith('.offset')
  return { predicted: parameters.filter((one) => !ofNorm(one)), shared: parameters.filter(ofNorm) }
}

const sharedName = (name: string) => `shared.${name}`
const headName = (name: string, part: 'kernel' | 'bias') => `head.${name}.${part}`

/** `head.<name>.kernel` [hidden, elements] and `head.<name>.bias` [elements], which is theta0. */
function headParameters(
  { hidden, residual, headShare, headFactor }: HyperSpec,
  { name, shape, initial: { deviation } }: ParameterSpec,
): ParameterSpec[] {
  const elements = util.sizeFromShape([...shape])
  const width = hidden[hidden.length - 1]
  const share = residual ? headShare : 1
  const rest = residual ? Math.sqrt(1 - share ** 2) : 0
  return [
    {
      name: headName(name, 'kernel'),
      shape: [width, elements],
      fanIn: width,
      // Features have root mean square 1, so a sum over them has sqrt(width) times a head weight's deviation.
      initial: { mean: 0, deviation: (share * deviation) / (headFactor * Math.sqrt(width)) },
    },
    { name: headName(name, 'bias'), shape: [elements], fanIn: 1, initial: { mean: 0, deviation: rest * deviation } },
  ]
}
