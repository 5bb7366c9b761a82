/**
 * The accuracy-cost curve: one trained network evaluated at every phi of a grid on held-out cases.
 *
 * For each phi the weights are made once and then only the plain U-Net runs, as it will when deployed. Cost is one forward
 * pass over one item of the patch size: multiply-adds from the rounded sizes, latency as the median of repeated passes
 * (computation and reading the result), memory as the largest number of bytes in tensors during a pass.
 *
 * @module
 */
import { disposeAll, type NamedArrays, type NamedTensors, toTensors } from '@leanvox/engine'
import { mean, median } from '@leanvox/metrics'
import type { Network, UNetSpec } from '@leanvox/nets'
import { evaluateCases, type PatchSize, type PreparedCase } from '@leanvox/training'
import { exportAt, exportedNetwork, isPhiNetwork, type PhiModelNetwork } from './export-at.ts'
import { forwardMilliseconds, forwardPeakBytes } from './forward-cost.ts'
import { type Phi, requirePhi, requireUsablePhi } from './phi.ts'

/** How good a network is at one phi. */
export interface PhiScores {
  /** Mean over the labels of their mean Dice over the cases, undefined ones left out. */
  readonly dice: number
  /** Mean Dice over the cases by label number. */
  readonly labels: Readonly<Record<string, number>>
  /** Mean over the labels of each case, in the order of the cases. */
  readonly caseDice: readonly number[]
}

/** One point of the curve. */
export interface PhiPoint extends PhiScores {
  readonly phi: Phi
  /** Of one forward pass over one item of the patch size. */
  readonly multiplyAdds: number
  /** Median latency of that pass; NaN with `repeats: 0`. */
  readonly milliseconds: number
  /** Most bytes in tensors during that pass, input and weights included. */
  readonly peakBytes: number
}

/** The plain U-Net of one phi. */
export interface PhiModel {
  /** Held at its phi. */
  readonly network: Network<UNetSpec>
  readonly weights: NamedArrays
}

export interface SweepOptions {
  /** May be left out with `evaluate`. */
  readonly cases?: readonly PreparedCase[]
  /** Replaces segmentation scores of the cases: registration, for instance. */
  readonly evaluate?: ((model: PhiModel, phi: Phi) => Promise<PhiScores>) | undefined
  readonly phis: readonly Phi[]
  /** `[height, width]` or `[depth, height, width]`; default the size that all cases share; needed without cases. */
  readonly patchSize?: PatchSize
  /** Default every foreground label. */
  readonly labels?: readonly number[]
  /** Timed passes for the latency, after one that is not; default 5. */
  readonly repeats?: number
  /** Milliseconds on a clock that only moves forward; replaced in tests. */
  readonly clock?: () => number
  readonly signal?: AbortSignal | undefined
  /** Hears of every finished point. */
  readonly onPoint?: ((point: PhiPoint) => void | Promise<void>) | undefined
  /** Called with every label map, for pictures or files. */
  readonly onPrediction?: ((one: PreparedCase, labelMap: Uint8Array, phi: Phi) => void | Promise<void>) | undefined
}

/**
 * The points of the grid, in its order.
 *
 * @throws RangeError for an empty grid, a repeated phi, one outside (0, 1] or so small that every level below the first is
 *   one voxel, cases of several sizes without a `patchSize`, and what `evaluateCases` refuses
 */
export async function sweepPhi(
  { network, weights }: { network: PhiModelNetwork; weights: NamedArrays },
  options: SweepOptions,
): Promise<PhiPoint[]> {
  const patch = patchOf(network, options)
  const spec = isPhiNetwork(network) ? network.spec.primary : network.spec
  checkGrid(options.phis).forEach((phi) => requireUsablePhi('sweepPhi', phi, { spec, spatial: patch }))
  const points: PhiPoint[] = []
  for (const phi of options.phis) {
    options.signal?.throwIfAborted()
    const exported = await exportAt(network, weights, phi)
    const model: PhiModel = { network: exportedNetwork(exported), weights: exported.weights }
    const scores = await (options.evaluate?.(model, phi) ??
      segmentationScores(model, { ...options, patchSize: patch }, phi))
    const point = { phi, ...scores, ...costOf(model, patch, options) }
    points.push(point)
    await options.onPoint?.(point)
  }
  return points
}

/**
 * The grid itself.
 *
 * @throws RangeError when it is empty, repeats a factor or has one outside (0, 1]
 */
export function checkGrid<P extends Phi>(phis: readonly P[]): readonly P[] {
  if (phis.length === 0) throw new RangeError('checkGrid: expected at least one phi, got 0')
  const seen = new Set<string>()
  for (const phi of phis) {
    requirePhi('checkGrid', phi)
    if (seen.has(`${phi}`)) throw new RangeError(`checkGrid: expected every phi once, got ${phi} twice`)
    seen.add(`${phi}`)
  }
  return phis
}

async function segmentationScores(
  model: PhiModel,
  { cases = [], labels, patchSize, signal, onPrediction }: SweepOptions & { patchSize: PatchSize },
  phi: Phi,
): Promise<PhiScores> {
  const found = await evaluateCases({
    ...model,
    cases,
    patchSize,
    signal,
    ...(labels && { labels }),
    ...(onPrediction && { onPrediction: (one, labelMap) => onPrediction(one, labelMap, phi) }),
  })
  return {
    dice: found.meanDice,
    labels: Object.fromEntries(Object.entries(found.summary).map(([label, { dice }]) => [label, dice.mean])),
    caseDice: found.cases.map((one) =>
      mean(
        Object.values(one.labels)
          .map(({ dice }) => dice)
          .filter((dice) => !Number.isNaN(dice)),
      ),
    ),
  }
}

function costOf(
  { network, weights }: PhiModel,
  spatial: readonly number[],
  { repeats = 5, clock = () => performance.now() }: SweepOptions,
): Pick<PhiPoint, 'multiplyAdds' | 'milliseconds' | 'peakBytes'> {
  const tensors: NamedTensors = toTensors(weights)
  try {
    const model = { network, weights: tensors, spatial }
    const peakBytes = forwardPeakBytes(model)
    const times = Array.from({ length: repeats }, () => forwardMilliseconds(model, clock))
    return { multiplyAdds: network.multiplyAdds(spatial), milliseconds: median(times), peakBytes }
  } finally {
    disposeAll(tensors)
  }
}

function patchOf(network: PhiModelNetwork, { cases = [], patchSize }: SweepOptions): number[] {
  const { dimensions } = network.spec
  if (patchSize) return [...patchSize].slice(-dimensions)
  const sizes = [...new Set(cases.map(({ shape }) => shape.slice(3 - dimensions).join(' x ')))]
  if (sizes.length !== 1) {
    throw new RangeError(`sweepPhi: expected a patchSize or cases of one size, got ${sizes.join(', ') || 'no cases'}`)
  }
  return cases[0].shape.slice(3 - dimensions)
}
