/**
 * Copies of a network's weights, pruned one-shot at several sparsities.
 *
 * @module
 */
import { toTensors, type NamedArrays, type NamedTensors } from '@leanvox/engine'
import { createRng } from '@leanvox/random'
import { applyMask } from './apply-mask.ts'
import { magnitudeMask, randomMask, type MaskOptions } from './masks.ts'

export interface PruningOptions {
  readonly scope?: MaskOptions['scope']
  readonly prunable?: MaskOptions['prunable']
  /** 'random' prunes by chance, the control; default 'magnitude'. */
  readonly pruning?: 'magnitude' | 'random'
  /** Of random pruning, default 0. */
  readonly seed?: number | string
}

/** The weights at each sparsity; the tensors belong to the caller. */
export function prunedWeights(
  weights: Readonly<NamedArrays>,
  options: PruningOptions & { readonly sparsities: readonly number[] },
): NamedTensors[] {
  const { sparsities, scope, prunable, pruning = 'magnitude', seed = 0 } = options
  return sparsities.map((sparsity) => {
    const shared = { sparsity, ...(scope && { scope }), ...(prunable && { prunable }) }
    const masks =
      pruning === 'magnitude'
        ? magnitudeMask(weights, shared)
        : randomMask(weights, { ...shared, rng: createRng(seed).split('sparsity', sparsity) })
    return toTensors(applyMask(weights, masks))
  })
}
