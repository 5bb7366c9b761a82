/**
 * A network held at one phi: the Fixed baseline when it is a plain U-Net, the capacity-matched Fixed control when it is a
 * hypernetwork (same trainable weights, same primary, same multiply-adds at inference, one phi: our reading of what the
 * paper's reviewers asked for).
 *
 * @module
 */
import type { ApplyOptions, Network } from '@leanvox/nets'
import { type Phi, requirePhi } from './phi.ts'

/**
 * The same network, at `phi` in every call; its spec carries the factor as `phi`, so that checkpoints of two factors
 * cannot be mixed up.
 *
 * @throws RangeError for phi outside (0, 1]
 */
export function atPhi<Spec extends object>(network: Network<Spec>, phi: Phi): Network<Spec & { readonly phi: Phi }> {
  requirePhi('atPhi', phi)
  const held = (options: ApplyOptions | undefined): ApplyOptions => ({ ...options, rescale: phi })
  return {
    spec: { ...network.spec, phi },
    parameters: network.parameters,
    parameterCount: network.parameterCount,
    init: (rng) => network.init(rng),
    apply: (weights, x, options) => network.apply(weights, x, held(options)),
    applyDeep: (weights, x, options) => network.applyDeep(weights, x, held(options)),
    multiplyAdds: (spatial, options) => network.multiplyAdds(spatial, held(options)),
  }
}
