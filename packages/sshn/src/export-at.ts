/**
 * The weights for one phi as a plain U-Net: what is deployed. It runs without the hypernetwork and gives the same logits to
 * the last bit on the same backend and precision, because the very numbers that were predicted are stored.
 *
 * @module
 */
import { disposeAll, type NamedArrays, toArrays, toTensors } from '@leanvox/engine'
import { type Network, unet, type UNetSpec } from '@leanvox/nets'
import { atPhi } from './at-phi.ts'
import type { Phi } from './phi.ts'
import type { PhiNetwork } from './phi-network.ts'

/** A plain U-Net, its weights, and the factor to run it with. */
export interface ExportedUNet {
  readonly spec: UNetSpec
  readonly weights: NamedArrays
  readonly phi: Phi
}

/** What a sweep or an export can start from: a network over phi, or a plain U-Net (Fixed, Stochastic). */
export type PhiModelNetwork = PhiNetwork | Network<UNetSpec>

/**
 * The plain U-Net of a trained network at phi. A plain U-Net (Stochastic) gives its own weights.
 *
 * @throws RangeError for phi outside (0, 1] or weights of another architecture
 */
export async function exportAt(network: PhiModelNetwork, omega: NamedArrays, phi: Phi): Promise<ExportedUNet> {
  if (!isPhiNetwork(network)) {
    const { spec } = atPhi(network, phi)
    const { phi: _, ...plain } = spec
    return { spec: plain, weights: knownWeights(network, omega), phi }
  }
  const tensors = toTensors(omega)
  try {
    const theta = network.weightsAt(tensors, phi)
    try {
      return { spec: network.spec.primary, weights: await toArrays(theta), phi }
    } finally {
      disposeAll(theta)
    }
  } finally {
    disposeAll(tensors)
  }
}

/** The network that an export describes, held at its phi. */
export function exportedNetwork({ spec, phi }: Pick<ExportedUNet, 'spec' | 'phi'>): Network<UNetSpec> {
  return atPhi(unet(spec), phi)
}

/** Whether a network makes its weights from phi. */
export function isPhiNetwork(network: PhiModelNetwork): network is PhiNetwork {
  return 'weightsAt' in network
}

function knownWeights({ parameters }: Network, weights: NamedArrays): NamedArrays {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const weight = weights[name] as NamedArrays[string] | undefined
      if (!weight || `${weight.shape}` !== `${shape}`) {
        const found = weight ? `[${weight.shape.join(', ')}]` : `none among ${Object.keys(weights).length} weights`
        throw new RangeError(`exportAt: expected a weight ${name} of shape [${shape.join(', ')}], got ${found}`)
      }
      return [name, weight]
    }),
  )
}
