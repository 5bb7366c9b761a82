/**
 * Pruning-identified exemplars over a population (Hooker et al. 2019, arXiv:1911.05248): case k is one if the modal label
 * of the pruned networks differs from that of the dense networks, the mode being over training seeds. The true label is
 * not used. Ties of the mode go to the largest label, as in the authors' code.
 *
 * For segmentation the same is done voxel by voxel, and 1 - IoU of the two modal masks scores the case: our extension.
 *
 * @module
 */
import { maskDisagreement } from './disagreement.ts'

/** Predicted class of every case, one list per trained network. */
export interface PopulationLabels {
  readonly dense: readonly ArrayLike<number>[]
  readonly pruned: readonly ArrayLike<number>[]
}

export interface PopulationPie {
  /** Cases whose modal labels differ, in order. */
  readonly exemplars: number[]
  readonly denseMode: Int32Array
  readonly prunedMode: Int32Array
}

/**
 * The exemplars of a population of classifiers.
 *
 * @throws RangeError for an empty population or lists of different lengths
 */
export function populationPie({ dense, pruned }: PopulationLabels): PopulationPie {
  const denseMode = modalLabels(dense)
  const prunedMode = modalLabels(pruned)
  requireLength(prunedMode.length, denseMode.length)
  const exemplars = [...denseMode.keys()].filter((k) => denseMode[k] !== prunedMode[k])
  return { exemplars, denseMode, prunedMode }
}

/**
 * The segmentation counterpart: 1 - IoU of the modal dense and the modal pruned mask of every case.
 *
 * @param population label maps by network and case
 */
export function populationDisagreement(population: {
  readonly dense: readonly (readonly ArrayLike<number>[])[]
  readonly pruned: readonly (readonly ArrayLike<number>[])[]
}): Float64Array {
  const { dense, pruned } = population
  for (const models of [dense, pruned]) {
    if (models.length === 0) throw new RangeError('populationDisagreement: expected at least one network, got 0')
    for (const model of models) requireLength(model.length, dense[0].length)
  }
  return Float64Array.from(dense[0], (_, k) =>
    maskDisagreement({
      prediction: modalLabels(pruned.map((model) => model[k])),
      reference: modalLabels(dense.map((model) => model[k])),
    }),
  )
}

/** The most frequent label at every place over several lists of whole numbers; of several, the largest. */
export function modalLabels(lists: readonly ArrayLike<number>[]): Int32Array {
  if (lists.length === 0) throw new RangeError('modalLabels: expected at least one list, got 0')
  for (const { length } of lists) requireLength(length, lists[0].length)
  return Int32Array.from(lists[0], (_, i) => mode(lists.map((list) => list[i])))
}

function mode(labels: readonly number[]): number {
  let best = -Infinity
  let most = 0
  for (const label of labels) {
    const count = labels.reduce((sum, other) => sum + (other === label ? 1 : 0), 0)
    if (count > most || (count === most && label > best)) {
      best = label
      most = count
    }
  }
  return best
}

function requireLength(found: number, expected: number): void {
  if (found !== expected) throw new RangeError(`modalLabels: expected lists of ${expected} labels, got ${found}`)
}
