/**
 * The rescaling factor phi: what values it may take, and what a value means for the sizes of a U-Net's levels.
 *
 * Levels have `max(1, ceil(phi n))` voxels an axis, so no factor makes one vanish; but a factor that leaves a single voxel
 * at every level below the first makes a network that sees nothing there. Training may draw such a factor (the prior of
 * the paper reaches 0); to evaluate or export at one is refused.
 *
 * @module
 */
import { levelSizes, type UNetSpec } from '@leanvox/nets'

/** One factor for the whole network, or one for each downsampling stage, finest first. */
export type Phi = number | readonly number[]

/** `[low, high]`: the factors that a network is trained for. */
export type PhiRange = readonly [low: number, high: number]

/**
 * The factor itself.
 *
 * @throws RangeError unless every factor is in (0, 1]
 */
export function requirePhi<P extends Phi>(caller: string, phi: P): P {
  const odd = [phi].flat().find((factor) => !(Number(factor) > 0 && Number(factor) <= 1))
  if (odd !== undefined || [phi].flat().length === 0) {
    throw new RangeError(
      `${caller}: expected a phi in (0, 1], got ${odd === undefined ? 'an empty list' : String(odd)}`,
    )
  }
  return phi
}

/**
 * The factor itself, fit for images of size `spatial`.
 *
 * @throws RangeError for a factor outside (0, 1], or one that leaves every level below the first a single voxel
 */
export function requireUsablePhi<P extends Phi>(
  caller: string,
  phi: P,
  { spec, spatial }: { spec: UNetSpec; spatial: readonly number[] },
): P {
  requirePhi(caller, phi)
  const below = levelSizes(spatial, { levels: spec.levels, factor: phi }).slice(1)
  if (below.length > 0 && below.every((size) => size.every((length) => length === 1))) {
    throw new RangeError(
      `${caller}: expected a phi that leaves more than one voxel below the first level of [${spatial.join(', ')}], ` +
        `got ${String(phi)}`,
    )
  }
  return phi
}

/**
 * The range itself.
 *
 * @throws RangeError unless 0 <= low < high <= 1
 */
export function requireRange(caller: string, range: PhiRange): PhiRange {
  const [low, high] = range
  if (!(low >= 0 && low < high && high <= 1)) {
    throw new RangeError(`${caller}: expected a range with 0 <= low < high <= 1, got [${range.join(', ')}]`)
  }
  return range
}

/** Text of a factor in messages and names. */
export function phiText(phi: Phi): string {
  return typeof phi === 'number' ? `${phi}` : `[${phi.join(', ')}]`
}
