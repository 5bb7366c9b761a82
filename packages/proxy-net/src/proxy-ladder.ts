/**
 * The ladder of proxy networks of one U-Net: each factor reduced alone, step by step, and all of them together.
 *
 * Rungs are named after what was taken away: `residual-1`, `channels/2`, `channels/4`, `levels-1`, `convs-1`, and
 * `joint/2` (channels halved, one level and one residual unit less), `joint/4`, ... `convs-k` exists only for networks
 * of plain blocks, which have no residual units to give up. Steps, names and limits are our choice, after the factors
 * that Nath et al. (2021) name. Multiply-adds are those of one forward pass over one patch.
 *
 * @module
 */
import { unet, type UNetSpec } from '@leanvox/nets'
import { shrink, type Reduction } from './shrink.ts'

/** One network of the ladder. */
export interface Rung {
  /** `full`, or what was taken away. */
  readonly name: string
  readonly spec: UNetSpec
  /** Number of trainable weights. */
  readonly parameters: number
  /** Multiply-adds of a forward pass over one patch. */
  readonly multiplyAdds: number
  /** Multiply-adds as a share of the full network's, in (0, 1]. */
  readonly relativeCost: number
}

/** The patch that costs are counted on, and how far down the ladder goes. */
export interface LadderOptions {
  /** Spatial size of a training patch, one number for each of the spec's dimensions. */
  readonly patchSize: readonly number[]
  /** Channels are halved as long as every level keeps at least this many; default 2. */
  readonly minimumChannels?: number
  /** Default 2: with one level nothing is left of a U-Net's shape. */
  readonly minimumLevels?: number
}

/**
 * All rungs from the full network down, dearest first. Specs that come out equal appear once, under the first name, and
 * what is not cheaper than the full network is left out.
 *
 * @throws RangeError for a limit below 1, or a patch size that does not fit the spec's dimensions.
 * @example
 * proxyLadder(unetSpec({ channels: [8, 16] }), { patchSize: [16, 16, 16] }).map((rung) => rung.name)
 * // => ['full', 'convs-1', 'channels/2', 'channels/4']
 */
export function proxyLadder(
  spec: UNetSpec,
  { patchSize, minimumChannels = 2, minimumLevels = 2 }: LadderOptions,
): Rung[] {
  requireLimit('minimumChannels', minimumChannels)
  requireLimit('minimumLevels', minimumLevels)
  const full = rungOf('full', spec, { patchSize })
  const specs = new Set([JSON.stringify(full.spec)])
  const rungs = [full]
  for (const [name, reduction] of reductions(spec, { minimumChannels, minimumLevels })) {
    const rung = rungOf(name, shrink(spec, reduction), { patchSize, fullCost: full.multiplyAdds })
    const key = JSON.stringify(rung.spec)
    if (specs.has(key) || rung.relativeCost >= 1) continue
    specs.add(key)
    rungs.push(rung)
  }
  return rungs.sort((a, b) => b.multiplyAdds - a.multiplyAdds) // stable: equal costs keep the order above
}

interface Limits {
  readonly minimumChannels: number
  readonly minimumLevels: number
}

function reductions(spec: UNetSpec, { minimumChannels, minimumLevels }: Limits): [string, Reduction][] {
  const halvings = Math.max(0, Math.floor(Math.log2(Math.min(...spec.channels) / minimumChannels)))
  const spareLevels = Math.max(0, spec.levels - minimumLevels)
  const spareConvs = spec.residualUnits === 0 ? spec.convsPerLevel - 1 : 0
  return [
    ...steps(spec.residualUnits, (k) => [`residual-${k}`, { residualUnits: spec.residualUnits - k }]),
    ...steps(spareConvs, (k) => [`convs-${k}`, { convsPerLevel: spec.convsPerLevel - k }]),
    ...steps(halvings, (k) => [`channels/${2 ** k}`, { channels: 0.5 ** k }]),
    ...steps(spareLevels, (k) => [`levels-${k}`, { levels: spec.levels - k }]),
    ...steps(halvings, (k) => [
      `joint/${2 ** k}`,
      {
        channels: 0.5 ** k,
        levels: spec.levels - Math.min(k, spareLevels),
        residualUnits: Math.max(0, spec.residualUnits - k),
      },
    ]),
  ]
}

function steps(count: number, step: (k: number) => [string, Reduction]): [string, Reduction][] {
  return Array.from({ length: count }, (_, k) => step(k + 1))
}

function rungOf(
  name: string,
  spec: UNetSpec,
  { patchSize, fullCost }: { readonly patchSize: readonly number[]; readonly fullCost?: number },
): Rung {
  const network = unet(spec)
  const multiplyAdds = network.multiplyAdds(patchSize)
  return {
    name,
    spec: network.spec,
    parameters: network.parameterCount,
    multiplyAdds,
    relativeCost: multiplyAdds / (fullCost ?? multiplyAdds),
  }
}

function requireLimit(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`proxyLadder: expected ${name} of at least 1, got ${value}`)
  }
}
