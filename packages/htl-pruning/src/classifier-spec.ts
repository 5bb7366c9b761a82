/**
 * The shape of a convolutional classifier as plain data.
 *
 * @module
 */

export interface ClassifierSpec {
  /** Spatial axes: 2 for NHWC input, 3 for NDHWC. */
  readonly dimensions: 2 | 3
  readonly inChannels: number
  /** Classes under a softmax, at least 2. */
  readonly outChannels: number
  /** Feature channels of each resolution, finest first; between two of them a max-pool halves the size, rounding up. */
  readonly channels: readonly number[]
  readonly convsPerLevel: number
  /** Statistics of the image at hand; `'group'` as in the U-Nets: up to 8 groups that divide the channels. */
  readonly norm: 'group' | 'instance' | 'none'
  /** Slope of the leaky ReLU below zero, in [0, 1]. */
  readonly leakiness: number
}

const KEYS = ['dimensions', 'inChannels', 'outChannels', 'channels', 'convsPerLevel', 'norm', 'leakiness']

/**
 * A whole spec from parts. Defaults are ours: 2D, RGB, two classes, 16-32-64-128 channels of two convolutions with group
 * norm, which shares statistics over channels and so leaves differences between them for the pooling to see.
 *
 * @throws RangeError for an unknown key or a value out of range, naming both
 */
export function classifierSpec(parts: Partial<ClassifierSpec> = {}): ClassifierSpec {
  const unknown = Object.keys(parts).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) {
    throw new RangeError(`classifierSpec: expected keys among ${KEYS.join(', ')}, got ${unknown}`)
  }
  const spec: ClassifierSpec = {
    dimensions: parts.dimensions ?? 2,
    inChannels: parts.inChannels ?? 3,
    outChannels: parts.outChannels ?? 2,
    channels: [...(parts.channels ?? [16, 32, 64, 128])],
    convsPerLevel: parts.convsPerLevel ?? 2,
    norm: parts.norm ?? 'group',
    leakiness: parts.leakiness ?? 0.01,
  }
  check(spec)
  return spec
}

function check(spec: ClassifierSpec): void {
  const choices = { dimensions: [2, 3], norm: ['group', 'instance', 'none'] } as const
  for (const key of ['dimensions', 'norm'] as const) {
    if (!(choices[key] as readonly unknown[]).includes(spec[key])) {
      throw new RangeError(`classifierSpec: expected ${key} to be one of ${choices[key].join(', ')}, got ${spec[key]}`)
    }
  }
  if (spec.channels.length === 0)
    throw new RangeError('classifierSpec: expected at least one level of channels, got none')
  wholeNumber('inChannels', spec.inChannels, 1)
  wholeNumber('outChannels', spec.outChannels, 2)
  wholeNumber('convsPerLevel', spec.convsPerLevel, 1)
  spec.channels.forEach((channels, level) => wholeNumber(`channels[${level}]`, channels, 1))
  if (!(spec.leakiness >= 0 && spec.leakiness <= 1)) {
    throw new RangeError(`classifierSpec: expected leakiness in [0, 1], got ${spec.leakiness}`)
  }
}

function wholeNumber(name: string, value: number, minimum: number): void {
  if (Number.isInteger(value) && value >= minimum) return
  throw new RangeError(`classifierSpec: expected ${name} to be a whole number of at least ${minimum}, got ${value}`)
}
