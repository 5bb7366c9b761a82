/**
 * Drawing is apart from applying, so that a draw can be logged and replayed.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import type { AugmentationSettings, RangedChange } from './settings.ts'

/** One draw: plain numbers, null for a change that does not happen. */
export interface Augmentation {
  /** For depth, height and width. */
  readonly flip: readonly [boolean, boolean, boolean]
  /** Radians around depth, height and width axis, and the zoom factor. */
  readonly affine: { readonly rotation: readonly [number, number, number]; readonly scale: number } | null
  readonly noise: { readonly sigma: number; readonly seed: number } | null
  readonly blur: { readonly sigma: number } | null
  readonly brightness: number | null
  readonly contrast: number | null
  readonly gamma: number | null
}

/** One draw from the settings. */
export function drawAugmentation(settings: AugmentationSettings, { rng }: { rng: Rng }): Augmentation {
  const happens = (change: { probability: number }) => rng.uniform() < change.probability
  const within = ({ range }: RangedChange) => rng.uniformIn(range[0], range[1])
  const factor = (change: RangedChange) => (happens(change) ? within(change) : null)

  const { flip, rotation, scaling, noise, blur } = settings
  const flips = flip.axes.map((allowed) => happens(flip) && allowed)
  const radians = () => (within(rotation) * Math.PI) / 180
  const turn: [number, number, number] | null = happens(rotation) ? [radians(), radians(), radians()] : null
  const scale = factor(scaling)
  return {
    flip: [flips[0], flips[1], flips[2]],
    affine: turn || scale !== null ? { rotation: turn ?? [0, 0, 0], scale: scale ?? 1 } : null,
    noise: happens(noise) ? { sigma: within(noise), seed: rng.integer(2 ** 31) } : null,
    blur: happens(blur) ? { sigma: within(blur) } : null,
    brightness: factor(settings.brightness),
    contrast: factor(settings.contrast),
    gamma: factor(settings.gamma),
  }
}
