/**
 * A smaller U-Net of the same family. Nath et al. (MICCAI 2021, arXiv 2107.05471) make proxy networks by reducing
 * residual blocks, channels and U-Net levels; by how much, and in which order, could not be read and is our choice.
 *
 * Levels are taken away at the deep end, so the finest features keep their width. Channels are multiplied by one
 * factor and rounded, never below 1. What is not named stays: input, output, normalisation, up- and downsampling.
 *
 * @module
 */
import { unetSpec, type UNetSpec } from '@leanvox/nets'

/** What to reduce; everything left out stays as it is. */
export interface Reduction {
  /** Resolutions to keep, finest first. */
  readonly levels?: number
  /** A factor in (0, 1] for every level, or the channels themselves, one number for each level kept. */
  readonly channels?: number | readonly number[]
  /** Residual units per block; 0 gives plain blocks. */
  readonly residualUnits?: number
  /** Convolutions per plain block or residual unit (ours; the paper does not name it). */
  readonly convsPerLevel?: number
}

/**
 * The spec with the reduction applied.
 *
 * @throws RangeError for more levels, residual units or convolutions than the spec has, a factor outside (0, 1], or a
 *   result that is no valid spec (fewer than 1 level, 1 channel, 1 convolution or 0 residual units).
 * @example
 * shrink(unetSpec({ channels: [16, 32, 64] }), { levels: 2, channels: 0.5 }).channels // => [8, 16]
 */
export function shrink(spec: UNetSpec, reduction: Reduction): UNetSpec {
  const { levels = spec.levels, channels = 1 } = reduction
  const { residualUnits = spec.residualUnits, convsPerLevel = spec.convsPerLevel } = reduction
  requireAtMost('levels', levels, spec.levels)
  requireAtMost('residual units', residualUnits, spec.residualUnits)
  requireAtMost('convolutions per level', convsPerLevel, spec.convsPerLevel)
  return unetSpec({
    ...spec,
    levels,
    channels: typeof channels === 'number' ? scaled(spec.channels.slice(0, levels), channels) : channels,
    residualUnits,
    convsPerLevel,
  })
}

function scaled(channels: readonly number[], factor: number): number[] {
  if (!(factor > 0 && factor <= 1)) {
    throw new RangeError(`shrink: expected a channel factor above 0 and at most 1, got ${factor}`)
  }
  return channels.map((count) => Math.max(1, Math.round(count * factor)))
}

function requireAtMost(what: string, value: number, most: number): void {
  if (value > most) throw new RangeError(`shrink: expected at most ${most} ${what}, got ${value}`)
}
