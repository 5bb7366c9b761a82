/**
 * The FiLM baseline: convolution weights shared by all phi, and an MLP of phi that gives scale and offset of every
 * normalisation (feature-wise linear modulation, Perez et al., AAAI 2018; for one network over a family of settings,
 * Dosovitskiy and Djolonga, ICLR 2020).
 *
 * With the reference primary and the default widths it has about the 192.5K parameters that the paper reports. One linear
 * head for each scale and offset; its bias starts at 1 or 0 and its kernel small, so that it starts as the plain U-Net.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { type ParameterSpec, unet, type UNetSpec } from '@leanvox/nets'
import { add, matMul, reshape, util } from '@tensorflow/tfjs-core'
import { type PhiSpec, phiSpec } from './hyper-spec.ts'
import { dividedParameters } from './hyper-network.ts'
import type { Phi, PhiRange } from './phi.ts'
import type { PhiEncoding } from './encode-phi.ts'
import { mlpParameters, phiFeatures } from './phi-mlp.ts'
import { type PhiNetwork, phiNetwork } from './phi-network.ts'

export interface FilmSpec extends PhiSpec {
  readonly kind: 'film'
}

export interface FilmParts {
  readonly primary?: Partial<UNetSpec>
  readonly hidden?: readonly number[]
  readonly encoding?: PhiEncoding
  readonly range?: PhiRange
  readonly perLevel?: boolean
}

export type FilmNetwork = PhiNetwork<FilmSpec>

const KEYS = ['primary', 'hidden', 'encoding', 'range', 'perLevel']

/** Deviation of a fresh modulation: small beside the scale of 1 (ours). */
const DEVIATION = 0.1

/**
 * The FiLM network of a spec; used like `hyperNetwork`.
 *
 * @throws RangeError for a bad spec or a primary without normalisation; when called, for phi outside (0, 1] or weights of
 *   another architecture
 */
export function filmNetwork(parts: FilmParts = {}): FilmNetwork {
  const spec: FilmSpec = { kind: 'film', ...phiSpec('filmNetwork', parts, KEYS) }
  const { predicted: kept, shared: modulated } = dividedParameters(unet(spec.primary).parameters)
  if (modulated.length === 0) {
    throw new RangeError(`filmNetwork: expected a primary with normalisation, got norm ${spec.primary.norm}`)
  }
  const heads = modulated.flatMap((parameter) => filmHead(spec, parameter))
  const mlp = mlpParameters(spec)
  const predict = (omega: NamedTensors, phi: Phi): NamedTensors => {
    const features = phiFeatures(spec, omega, phi)
    const affine = modulated.map(({ name, shape }) => {
      const change = matMul(features, omega[`film.${name}.kernel`])
      return [name, reshape(add(change, omega[`film.${name}.bias`]), [...shape])] as const
    })
    return Object.fromEntries([...kept.map(({ name }) => [name, omega[name]] as const), ...affine])
  }
  const weightMultiplyAdds = [...mlp, ...heads]
    .filter(({ name }) => name.endsWith('.kernel'))
    .reduce((sum, { shape }) => sum + util.sizeFromShape([...shape]), 0)
  return phiNetwork({
    caller: 'filmNetwork',
    spec,
    parameters: [...mlp, ...heads, ...kept],
    weightMultiplyAdds,
    predict,
  })
}

/** `film.<name>.kernel` [hidden, channels] and `film.<name>.bias` [channels], 1 for a scale and 0 for an offset. */
function filmHead({ hidden }: PhiSpec, { name, shape, initial: { mean } }: ParameterSpec): ParameterSpec[] {
  const width = hidden[hidden.length - 1]
  const deviation = DEVIATION / Math.sqrt(width)
  return [
    { name: `film.${name}.kernel`, shape: [width, shape[0]], fanIn: width, initial: { mean: 0, deviation } },
    { name: `film.${name}.bias`, shape, fanIn: 1, initial: { mean, deviation: 0 } },
  ]
}
