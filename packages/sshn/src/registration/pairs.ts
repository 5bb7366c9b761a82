/**
 * Pairs of images to register, and what a network makes of them.
 *
 * @module
 */
import { disposeAll, type NamedArrays, type NamedTensors, toTensors } from '@leanvox/engine'
import { dice, labelMask, mean } from '@leanvox/metrics'
import type { ApplyOptions, Network } from '@leanvox/nets'
import type { PreparedCase } from '@leanvox/training'
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import type { PhiScores } from '../sweep-phi.ts'
import { type RegistrationSpec, requireRegistration } from './objective.ts'
import { warpLabels, warpLinear } from './warp.ts'

/** Two images on one grid with their label maps, all `[height, width]`. */
export interface RegistrationPair {
  readonly id: string
  readonly moving: Float32Array
  readonly fixed: Float32Array
  readonly movingLabel: Uint8Array
  readonly fixedLabel: Uint8Array
  readonly shape: readonly [height: number, width: number]
}

export interface Registration {
  /** `[height, width, 2]` in pixels, rows then columns. */
  readonly displacement: Float32Array
  /** The moving image on the fixed one's grid, `[height, width]`. */
  readonly warped: Float32Array
  readonly warpedLabel: Uint8Array
}

/**
 * A pair as a case for `train`: two channels, moving and fixed, depth 1, spacing 1 mm, without label. Give `train` the
 * objective, no augmentation and patches of the whole size.
 */
export function registrationCase({ id, moving, fixed, shape: [height, width] }: RegistrationPair): PreparedCase {
  const pixels = height * width
  if (moving.length !== pixels || fixed.length !== pixels) {
    throw new RangeError(
      `registrationCase: expected ${pixels} pixels in case ${id}, got ${moving.length} moving and ${fixed.length} fixed`,
    )
  }
  const image = new Float32Array(2 * pixels)
  image.set(moving)
  image.set(fixed, pixels)
  return {
    id,
    image,
    label: new Uint8Array(pixels),
    hasLabel: false,
    shape: [1, height, width],
    channels: 2,
    spacing: [1, 1, 1],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  }
}

/** Displacement, warped image and warped label (nearest neighbour) of one pair. */
export async function registerPair(
  { network, weights }: { network: Network<RegistrationSpec>; weights: NamedTensors },
  pair: RegistrationPair,
  options: ApplyOptions = {},
): Promise<Registration> {
  requireRegistration('registerPair', network.spec)
  const results = tidy(() => registered({ network, weights }, pair, options))
  try {
    const [displacement, warped] = (await Promise.all(results.map((one) => one.data()))) as Float32Array[]
    const warpedLabel = warpLabels({ label: pair.movingLabel, shape: pair.shape }, displacement)
    return { displacement, warped, warpedLabel }
  } finally {
    for (const one of results) one.dispose()
  }
}

function registered(
  { network, weights }: { network: Network<RegistrationSpec>; weights: NamedTensors },
  { moving, fixed, shape: [height, width] }: RegistrationPair,
  options: ApplyOptions,
): Tensor[] {
  const both = new Float32Array(2 * moving.length)
  for (let i = 0; i < moving.length; i++) {
    both[2 * i] = moving[i]
    both[2 * i + 1] = fixed[i]
  }
  const displacement = network.apply(weights, tensor(both, [1, height, width, 2]), options)
  return [displacement, warpLinear(tensor(moving, [1, height, width, 1]), displacement)]
}

/**
 * Dice of the warped moving labels with the fixed ones, over pairs; also the `evaluate` of `sweepPhi` for registration.
 *
 * @param options.labels which labels count
 */
export async function scoreRegistration(
  { network, weights }: { network: Network<RegistrationSpec>; weights: NamedArrays },
  { pairs, labels, ...options }: { pairs: readonly RegistrationPair[]; labels: readonly number[] } & ApplyOptions,
): Promise<PhiScores> {
  const tensors = toTensors(weights)
  try {
    const rows: number[][] = []
    for (const pair of pairs) {
      const { warpedLabel } = await registerPair({ network, weights: tensors }, pair, options)
      rows.push(labels.map((label) => labelDice({ prediction: warpedLabel, reference: pair.fixedLabel }, label)))
    }
    const byLabel = labels.map((label, i) => [label, meanDefined(rows.map((row) => row[i]))] as const)
    return {
      dice: meanDefined(byLabel.map(([, value]) => value)),
      labels: Object.fromEntries(byLabel),
      caseDice: rows.map(meanDefined),
    }
  } finally {
    disposeAll(tensors)
  }
}

function labelDice(
  { prediction, reference }: { prediction: Uint8Array; reference: Uint8Array },
  label: number,
): number {
  return dice({ prediction: labelMask(prediction, label), reference: labelMask(reference, label) })
}

const meanDefined = (values: readonly number[]) => mean(values.filter((value) => !Number.isNaN(value)))
