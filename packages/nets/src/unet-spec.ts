/**
 * The shape of a U-Net as plain data: what a configuration file holds and what a smaller proxy is derived from.
 *
 * Defaults are ours: the 16-32-64-128 network of two 3x3x3 convolutions a block with instance normalisation and leaky
 * ReLU, close to nnU-Net's blocks (Isensee et al. 2021) in a small size.
 *
 * @module
 */

export interface UNetSpec {
  /** Spatial axes: 2 for NHWC input, 3 for NDHWC. */
  readonly dimensions: 2 | 3
  readonly inChannels: number
  readonly outChannels: number
  /** Resolutions, the input's own included; 1 is a stack of convolutions without down- or upsampling. */
  readonly levels: number
  /** Feature channels of each level, finest first. */
  readonly channels: readonly number[]
  /** Residual units in each encoder and decoder block; 0 gives plain blocks. */
  readonly residualUnits: number
  /** Convolutions of a plain block, or of each residual unit. */
  readonly convsPerLevel: number
  /** `'group'` uses the largest number of groups up to 8 that divides both 8 and the channels. */
  readonly norm: 'instance' | 'group' | 'none'
  /** Slope of the leaky ReLU below zero, in [0, 1]. */
  readonly leakiness: number
  /** `'resize'` is linear to half the size, `'stride'` gives the first convolution of a level stride 2. */
  readonly downsample: 'max-pool' | 'resize' | 'stride'
  /** `'transposed'` is a convolution of kernel and stride 2 that also brings the channels to the level's own. */
  readonly upsample: 'linear' | 'nearest' | 'transposed'
  /** Adds a 1x1 head to every decoder level below the finest. */
  readonly deepSupervision: boolean
}

const CHOICES = {
  dimensions: [2, 3],
  norm: ['instance', 'group', 'none'],
  downsample: ['max-pool', 'resize', 'stride'],
  upsample: ['linear', 'nearest', 'transposed'],
  deepSupervision: [true, false],
} as const

const MINIMA = { inChannels: 1, outChannels: 1, levels: 1, residualUnits: 0, convsPerLevel: 1 } as const

const KEYS: readonly string[] = [...Object.keys(CHOICES), ...Object.keys(MINIMA), 'channels', 'leakiness']

/**
 * A whole spec from the given parts. Without `channels` they are 16 doubled each level; without `levels` they follow
 * from `channels`; with neither there are 4 levels.
 *
 * @throws RangeError for an unknown key or a value out of range, naming both
 *
 * @example
 * unetSpec({ channels: [8, 16, 32] }).levels // 3
 */
export function unetSpec(parts: Partial<UNetSpec> = {}): UNetSpec {
  const unknown = Object.keys(parts).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw new RangeError(`unetSpec: expected keys among ${KEYS.join(', ')}, got ${unknown}`)
  const levels = parts.levels ?? parts.channels?.length ?? 4
  requireInteger('levels', levels, MINIMA.levels)
  const spec: UNetSpec = {
    dimensions: parts.dimensions ?? 3,
    inChannels: parts.inChannels ?? 1,
    outChannels: parts.outChannels ?? 2,
    levels,
    channels: [...(parts.channels ?? Array.from({ length: levels }, (_, level) => 16 * 2 ** level))],
    residualUnits: parts.residualUnits ?? 0,
    convsPerLevel: parts.convsPerLevel ?? 2,
    norm: parts.norm ?? 'instance',
    leakiness: parts.leakiness ?? 0.01,
    downsample: parts.downsample ?? 'max-pool',
    upsample: parts.upsample ?? 'linear',
    deepSupervision: parts.deepSupervision ?? false,
  }
  check(spec)
  return spec
}

function check(spec: UNetSpec): void {
  for (const [key, choices] of Object.entries(CHOICES)) {
    const value = spec[key as keyof typeof CHOICES]
    if (!(choices as readonly unknown[]).includes(value)) {
      throw new RangeError(`unetSpec: expected ${key} to be one of ${choices.join(', ')}, got ${String(value)}`)
    }
  }
  for (const [key, minimum] of Object.entries(MINIMA)) {
    requireInteger(key, spec[key as keyof typeof MINIMA], minimum)
  }
  if (spec.channels.length !== spec.levels) {
    const list = spec.channels.join(', ')
    throw new RangeError(
      `unetSpec: expected channels for ${spec.levels} levels, got ${spec.channels.length} in [${list}]`,
    )
  }
  spec.channels.forEach((count, level) => requireInteger(`channels[${level}]`, count, 1))
  if (!(spec.leakiness >= 0 && spec.leakiness <= 1)) {
    throw new RangeError(`unetSpec: expected leakiness in [0, 1], got ${spec.leakiness}`)
  }
}

function requireInteger(key: string, value: number, minimum: number): void {
  if (!(Number.isSafeInteger(value) && value >= minimum)) {
    throw new RangeError(`unetSpec: expected ${key} to be a whole number of at least ${minimum}, got ${value}`)
  }
}
