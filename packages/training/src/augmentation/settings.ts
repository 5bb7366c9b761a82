/**
 * What augmentation may do and how often. `default` follows nnU-Net's list and ranges (Isensee et al., 2021), without
 * its low-resolution step and with these choices of ours: rotation up to 15 degrees, one set of intensity changes for
 * all channels, noise measured in standard deviations of the patch so that it fits any normalisation. `light` only
 * flips and changes brightness and contrast a little.
 *
 * @module
 */

/** A change that happens with `probability` and draws its strength evenly from `range`. */
export interface RangedChange {
  readonly probability: number
  readonly range: readonly [low: number, high: number]
}

/** Every probability is in [0, 1] and drawn on its own. */
export interface AugmentationSettings {
  /** For each of depth, height and width on its own; leave an axis out where left and right differ in meaning. */
  readonly flip: { readonly probability: number; readonly axes: readonly [boolean, boolean, boolean] }
  /** Degrees around each axis, in millimetres; around the depth axis only for patches of depth 1. */
  readonly rotation: RangedChange
  /** Zoom factor, above 1 enlarges. */
  readonly scaling: RangedChange
  /** Standard deviation of the noise in standard deviations of the channel. */
  readonly noise: RangedChange
  /** Standard deviation of the Gaussian in voxels. */
  readonly blur: RangedChange
  /** Factor on all values. */
  readonly brightness: RangedChange
  /** Factor on the distance from the mean; the channel's range is kept. */
  readonly contrast: RangedChange
  /** Exponent on values scaled to [0, 1] by the channel's range. */
  readonly gamma: RangedChange
}

/** A preset by name, or presets with some entries replaced. */
export type AugmentationChoice = 'none' | 'light' | 'default' | Partial<AugmentationSettings>

const OFF = { probability: 0, range: [1, 1] } as const

const LIGHT: AugmentationSettings = {
  flip: { probability: 0.5, axes: [true, true, true] },
  rotation: { ...OFF, range: [0, 0] },
  scaling: OFF,
  noise: { ...OFF, range: [0, 0] },
  blur: { ...OFF, range: [0, 0] },
  brightness: { probability: 0.15, range: [0.9, 1.1] },
  contrast: { probability: 0.15, range: [0.9, 1.1] },
  gamma: OFF,
}

const DEFAULT: AugmentationSettings = {
  flip: { probability: 0.5, axes: [true, true, true] },
  rotation: { probability: 0.2, range: [-15, 15] },
  scaling: { probability: 0.2, range: [0.7, 1.4] },
  noise: { probability: 0.1, range: [0, 0.3] },
  blur: { probability: 0.2, range: [0.5, 1] },
  brightness: { probability: 0.15, range: [0.75, 1.25] },
  contrast: { probability: 0.15, range: [0.75, 1.25] },
  gamma: { probability: 0.3, range: [0.7, 1.5] },
}

/**
 * The settings of a choice, null for 'none'. Entries left out of an object are those of 'default'.
 *
 * @throws RangeError for an unknown name or key, a probability outside [0, 1], or a range that is not two numbers in order
 */
export function augmentationSettings(choice: AugmentationChoice): AugmentationSettings | null {
  if (choice === 'none') return null
  if (choice === 'light') return LIGHT
  if (choice === 'default') return DEFAULT
  if (typeof choice !== 'object' || choice === null) {
    throw new RangeError(`augmentationSettings: expected 'none', 'light', 'default' or settings, got ${String(choice)}`)
  }
  for (const [key, change] of Object.entries(choice)) checkChange(key, change)
  return { ...DEFAULT, ...choice }
}

function checkChange(key: string, change: { probability: number; range?: RangedChange['range'] }): void {
  const fail = (expected: string, found: string) => {
    throw new RangeError(`augmentationSettings: expected ${expected}, got ${found}`)
  }
  if (!Object.hasOwn(DEFAULT, key)) fail(`one of ${Object.keys(DEFAULT).join(', ')}`, key)
  if (!(change.probability >= 0 && change.probability <= 1)) {
    fail(`a probability in [0, 1] for ${key}`, String(change.probability))
  }
  if (key === 'flip') return
  const [low, high] = change.range ?? []
  const lowest = key === 'rotation' ? -180 : 0
  const strictly = key === 'scaling' || key === 'gamma' // a factor or exponent of 0 leaves nothing
  if (!(low! <= high! && low! >= lowest && high! < Infinity) || (strictly && low === 0)) {
    fail(`a range low <= high from ${strictly ? 'above ' : ''}${lowest} for ${key}`, JSON.stringify(change.range))
  }
}
