/**
 * The shape of a scale-space hypernetwork as plain data: the primary U-Net and the MLP that predicts its weights.
 *
 * The reference primary is the nearest simple one to the paper's 109.4K parameters: 2D, 24 channels at each of 5 levels, two
 * convolutions a block (109,104 + 24 k convolution weights for k classes). The hidden widths 16 and 96 bring the
 * hypernetwork near the paper's 10.7M; the paper does not state them. Group normalisation is our choice: it stays defined
 * where a small phi shrinks a level to one voxel (instance normalisation would erase it) and keeps no running statistics,
 * which would differ from phi to phi.
 *
 * @module
 */
import { unetSpec, type UNetSpec } from '@leanvox/nets'
import { ENCODINGS, type PhiEncoding } from './encode-phi.ts'
import { type PhiRange, requireRange } from './phi.ts'
import { DEFAULT_RANGE } from './phi-prior.ts'

/** What training and inference read of the primary. */
export interface PrimaryFacts {
  readonly dimensions: 2 | 3
  readonly inChannels: number
  readonly outChannels: number
  readonly deepSupervision: boolean
}

/** What hypernetwork and FiLM have in common: a primary U-Net and an MLP over phi. */
export interface PhiSpec extends PrimaryFacts {
  readonly primary: UNetSpec
  /** Widths of the MLP's hidden layers; leaky ReLU with slope 0.01 after each. */
  readonly hidden: readonly number[]
  readonly encoding: PhiEncoding
  /** phi is normalised from this range to [0, 1] before it is encoded. */
  readonly range: PhiRange
  /** Whether each downsampling stage has a factor of its own. */
  readonly perLevel: boolean
}

export interface HyperSpec extends PhiSpec {
  readonly kind: 'hypernetwork'
  /**
   * true: theta = theta0 + h(phi), theta0 drawn like a U-Net's weights (Ortiz et al., ICLR 2024); false: theta0 starts at 0
   * and the heads alone bring the variance.
   */
  readonly residual: boolean
  /**
   * With `residual`, the share of the initial deviation that comes from h, in (0, 1]; theta0 brings sqrt(1 - share^2). What h
   * brings at random differs from phi to phi and has to be unlearned: a small share trains faster (ours, measured).
   */
  readonly headShare: number
  /**
   * Factor on the heads' output, their fresh weights being larger by as much. Adam moves every weight by about the
   * learning rate, and each predicted weight sums one head weight for each hidden unit: 1 / units makes a predicted weight
   * move about as far in a step as an ordinary one, so that a U-Net's learning rate serves the hypernetwork too (ours).
   */
  readonly headFactor: number
}

/** Parts of a hypernetwork's spec; the primary's too may be parts. */
export type HyperParts = Partial<Omit<HyperSpec, keyof PrimaryFacts | 'kind' | 'primary'>> & {
  readonly primary?: Partial<UNetSpec>
}

const KEYS = ['primary', 'hidden', 'encoding', 'range', 'perLevel', 'residual', 'headShare', 'headFactor']

/** The primary of the reference experiment: 2D, 24 channels x 5 levels x 2 convolutions, group normalisation. */
export function primarySpec(parts: Partial<UNetSpec> = {}): UNetSpec {
  const levels = parts.levels ?? parts.channels?.length ?? 5
  const channels = Array.from({ length: Math.max(0, Math.trunc(levels)) }, () => 24)
  return unetSpec({ dimensions: 2, levels, channels, norm: 'group', downsample: 'resize', ...parts })
}

/**
 * A whole spec from the given parts.
 *
 * @throws RangeError for an unknown key or a value out of range, naming both
 *
 * @example
 * hyperSpec({ primary: { channels: [8, 8, 8] }, hidden: [32] })
 */
export function hyperSpec(parts: HyperParts = {}): HyperSpec {
  const shared = phiSpec('hyperSpec', parts, KEYS)
  const { residual = true, headShare = 0.02 } = parts
  const { headFactor = 1 / shared.hidden[shared.hidden.length - 1] } = parts
  if (typeof residual !== 'boolean') {
    throw new RangeError(`hyperSpec: expected residual to be true or false, got ${String(residual)}`)
  }
  if (!(headShare > 0 && headShare <= 1)) {
    throw new RangeError(`hyperSpec: expected headShare in (0, 1], got ${headShare}`)
  }
  if (!(headFactor > 0 && headFactor < Infinity)) {
    throw new RangeError(`hyperSpec: expected a positive headFactor, got ${headFactor}`)
  }
  return { kind: 'hypernetwork', ...shared, residual, headShare, headFactor }
}

/**
 * The part that every network over phi has.
 *
 * @throws RangeError in the name of `caller`
 */
export function phiSpec(caller: string, parts: HyperParts, keys: readonly string[]): PhiSpec {
  const unknown = Object.keys(parts).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw new RangeError(`${caller}: expected keys among ${keys.join(', ')}, got ${unknown}`)
  const { hidden = [16, 96], encoding = 'z,1-z', range = DEFAULT_RANGE, perLevel = false } = parts
  const primary = primarySpec(parts.primary)
  if (hidden.length === 0 || hidden.some((width) => !(Number.isSafeInteger(width) && width >= 1))) {
    throw new RangeError(`${caller}: expected hidden widths of at least 1, got [${hidden.join(', ')}]`)
  }
  if (!ENCODINGS.includes(encoding)) {
    throw new RangeError(`${caller}: expected an encoding among ${ENCODINGS.join(' and ')}, got ${encoding}`)
  }
  requireRange(caller, range)
  if (perLevel && primary.levels < 2) {
    throw new RangeError(`${caller}: expected at least 2 levels with perLevel, got ${primary.levels}`)
  }
  if (primary.upsample === 'transposed') {
    throw new RangeError(`${caller}: expected a primary with upsample linear or nearest, got transposed`)
  }
  const { dimensions, inChannels, outChannels, deepSupervision } = primary
  return {
    dimensions,
    inChannels,
    outChannels,
    deepSupervision,
    primary,
    hidden: [...hidden],
    encoding,
    range: [range[0], range[1]],
    perLevel,
  }
}
