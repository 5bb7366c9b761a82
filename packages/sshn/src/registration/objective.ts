/**
 * Registration as a training objective: the network maps [moving, fixed] to a displacement field, the moving image is warped
 * by it and compared with the fixed one; roughness of the field costs extra (VoxelMorph, Balakrishnan et al., TMI 2019).
 *
 * @module
 */
import type { Network } from '@leanvox/nets'
import type { Objective } from '@leanvox/training'
import { add, mul, type Scalar, split, type Tensor } from '@tensorflow/tfjs-core'
import { mseLoss, nccLoss, smoothness } from './similarity.ts'
import { warpLinear } from './warp.ts'

export interface RegistrationOptions {
  /** Default 'ncc'. */
  readonly similarity?: 'ncc' | 'mse'
  /** Edge of the windows of 'ncc', odd; default 9. */
  readonly window?: number
  /** Weight of the roughness; default 1 for 'ncc', 0.01 for 'mse' on intensities in [0, 1]. */
  readonly smoothnessWeight?: number
  /** Default 'l2'. */
  readonly norm?: 'l1' | 'l2'
}

/**
 * The `objective` for `train`: images `[N, H, W, 2]` are moving and fixed side by side, the network's two output channels
 * the displacement in pixels. Labels are not read.
 *
 * @throws RangeError for a network that is not 2D with two channels in and out
 *
 * @example
 * const network = hyperNetwork({ primary: { inChannels: 2, outChannels: 2 } })
 * train({ network, objective: registrationObjective(network), cases: pairs.map(registrationCase), ... })
 */
export function registrationObjective(
  network: Network<RegistrationSpec>,
  options: RegistrationOptions = {},
): Objective {
  requireRegistration('registrationObjective', network.spec)
  return (weights, { images }, { applyOptions }) => {
    const displacement = network.apply(weights, images, applyOptions)
    const [moving, fixed] = split(images, 2, -1)
    return registrationLoss({ moving, fixed, displacement }, options)
  }
}

/** What registration needs to know of a network. */
export interface RegistrationSpec {
  readonly dimensions: 2 | 3
  readonly inChannels: number
  readonly outChannels: number
}

/** Dissimilarity of warped moving and fixed image plus weighted roughness; images `[N, H, W, C]`. */
export function registrationLoss(
  { moving, fixed, displacement }: { moving: Tensor; fixed: Tensor; displacement: Tensor },
  { similarity = 'ncc', window = 9, smoothnessWeight, norm = 'l2' }: RegistrationOptions = {},
): Scalar {
  const pair = { prediction: warpLinear(moving, displacement), reference: fixed }
  const unlike = similarity === 'ncc' ? nccLoss(pair, { window }) : mseLoss(pair)
  const weight = smoothnessWeight ?? (similarity === 'ncc' ? 1 : 0.01)
  return add(unlike, mul(smoothness(displacement, { norm }), weight))
}

/** @throws RangeError unless the network maps two 2D images to a displacement */
export function requireRegistration(caller: string, spec: RegistrationSpec): void {
  const { dimensions, inChannels, outChannels } = spec
  if (dimensions !== 2 || inChannels !== 2 || outChannels !== 2) {
    throw new RangeError(
      `${caller}: expected a 2D network with 2 channels in and out, got ${dimensions}D with ${inChannels} and ${outChannels}`,
    )
  }
}
