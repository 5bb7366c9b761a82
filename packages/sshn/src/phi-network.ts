/**
 * A network whose weights depend on phi, as a `Network`: it makes the primary's weights for the factor of the call and runs
 * the primary U-Net with them. Training needs nothing else than `{ rescale: phi }` at every step.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { type ApplyOptions, type Network, type ParameterSpec, unet } from '@leanvox/nets'
import type { Rng } from '@leanvox/random'
import { clone, type Tensor, tidy, util } from '@tensorflow/tfjs-core'
import { drawParameters } from './draw-parameters.ts'
import type { PhiSpec } from './hyper-spec.ts'
import { type Phi, requirePhi } from './phi.ts'

/** A network over all factors; its own parameters are called omega, the primary's theta. */
export interface PhiNetwork<Spec extends PhiSpec = PhiSpec> extends Network<Spec> {
  /** The U-Net that runs. */
  readonly primary: Network
  /** Multiply-adds of making the weights once (not part of `multiplyAdds`: inference at one phi does without). */
  readonly weightMultiplyAdds: number
  /**
   * The primary's weights at phi, by the primary's names; differentiable in omega. The caller owns all of them.
   *
   * @throws RangeError for phi outside (0, 1] or omega of another architecture
   */
  weightsAt(omega: NamedTensors, phi: Phi): NamedTensors
}

/** How a kind of network makes its weights. */
export interface PhiNetworkParts<Spec extends PhiSpec> {
  readonly caller: string
  readonly spec: Spec
  readonly parameters: readonly ParameterSpec[]
  readonly weightMultiplyAdds: number
  /** The primary's weights; those that phi does not change may be omega's own tensors. */
  predict(omega: NamedTensors, phi: Phi): NamedTensors
}

/** The network of the parts. Without `rescale` it runs at the upper end of its range, the paper's ordinary U-Net. */
export function phiNetwork<Spec extends PhiSpec>(parts: PhiNetworkParts<Spec>): PhiNetwork<Spec> {
  const { caller, spec, parameters, weightMultiplyAdds } = parts
  const primary = unet(spec.primary)
  const phiOf = ({ rescale = spec.range[1] }: ApplyOptions = {}): Phi => checkedPhi(caller, spec, rescale)
  const run = (
    omega: NamedTensors,
    options: ApplyOptions | undefined,
    then: (theta: NamedTensors, phi: Phi) => Tensor[],
  ) =>
    tidy(() => {
      checkOmega(caller, parameters, omega)
      const phi = phiOf(options)
      return then(parts.predict(omega, phi), phi)
    })
  return {
    spec,
    parameters,
    primary,
    weightMultiplyAdds,
    parameterCount: parameters.reduce((sum, { shape }) => sum + util.sizeFromShape([...shape]), 0),
    init: (rng: Rng) => drawParameters(parameters, rng),
    apply: (omega, x, options) =>
      run(omega, options, (theta, rescale) => [primary.apply(theta, x, { ...options, rescale })])[0],
    applyDeep: (omega, x, options) =>
      run(omega, options, (theta, rescale) => primary.applyDeep(theta, x, { ...options, rescale })),
    multiplyAdds: (spatial, options) => primary.multiplyAdds(spatial, { ...options, rescale: phiOf(options) }),
    weightsAt: (omega, phi) =>
      tidy(() => {
        checkOmega(caller, parameters, omega)
        const theta = parts.predict(omega, checkedPhi(caller, spec, phi))
        // Shared tensors are cloned, so that disposing the result leaves omega alone.
        return Object.fromEntries(primary.parameters.map(({ name }) => [name, clone(theta[name])]))
      }),
  }
}

function checkedPhi(caller: string, { perLevel, primary }: PhiSpec, phi: Phi): Phi {
  requirePhi(caller, phi)
  if (typeof phi === 'number') return phi
  if (!perLevel) throw new RangeError(`${caller}: expected one phi unless perLevel is set, got [${phi.join(', ')}]`)
  if (phi.length !== primary.levels - 1) {
    throw new RangeError(`${caller}: expected a phi for each of ${primary.levels - 1} stages, got [${phi.join(', ')}]`)
  }
  return phi
}

function checkOmega(caller: string, parameters: readonly ParameterSpec[], omega: NamedTensors): void {
  for (const { name, shape } of parameters) {
    const weight = omega[name] as Tensor | undefined
    if (!weight || !util.arraysEqual(weight.shape, [...shape])) {
      const found = weight ? `[${weight.shape.join(', ')}]` : `none among ${Object.keys(omega).length} weights`
      throw new RangeError(`${caller}: expected a weight ${name} of shape [${shape.join(', ')}], got ${found}`)
    }
  }
}
