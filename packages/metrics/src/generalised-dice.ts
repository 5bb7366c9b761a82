/**
 * Generalised Dice of two label maps: 2 Σ w TP / Σ w (predicted + referred) over the labels, with w = 1 / referred² by
 * default, so that small structures count as much as large ones (Crum 2006; Sudre 2017). 'simple' is w = 1 / referred,
 * 'uniform' w = 1.
 *
 * Labels in neither map are left out. A label that is predicted without being in the reference would weigh infinitely;
 * it takes the largest weight of the others (MONAI's rule), or 1 if there is none, so that inventing a structure costs.
 * With no label in either map the score is NaN.
 *
 * @module
 */
import { requireEqualLength, type MaskPair } from './mask-pair.ts'

const WEIGHTS = {
  square: (voxels: number) => 1 / voxels ** 2,
  simple: (voxels: number) => 1 / voxels,
  uniform: () => 1,
}

/** Which labels count, and how much. */
export interface GeneralisedDiceOptions {
  readonly labels: readonly number[]
  readonly weights?: keyof typeof WEIGHTS
}

/**
 * Score in [0, 1] of two label maps; all labels that are not listed are background.
 *
 * @throws RangeError if the maps differ in length or no label is given.
 */
export function generalisedDice(pair: MaskPair, { labels, weights = 'square' }: GeneralisedDiceOptions): number {
  requireEqualLength(pair, 'generalisedDice')
  if (labels.length === 0) throw new RangeError('generalisedDice: expected at least one label, got none')
  const counts = labels
    .map((label) => countLabel(pair, label))
    .filter(({ predicted, referred }) => predicted + referred)
  const finite = counts.filter(({ referred }) => referred > 0).map(({ referred }) => WEIGHTS[weights](referred))
  const largest = finite.length > 0 ? Math.max(...finite) : 1
  let shared = 0
  let whole = 0
  for (const { both, predicted, referred } of counts) {
    const weight = referred > 0 ? WEIGHTS[weights](referred) : largest
    shared += 2 * weight * both
    whole += weight * (predicted + referred)
  }
  return shared / whole
}

function countLabel({ prediction, reference }: MaskPair, label: number) {
  let [both, predicted, referred] = [0, 0, 0]
  for (let i = 0; i < reference.length; i++) {
    if (prediction[i] === label) predicted++
    if (reference[i] !== label) continue
    referred++
    if (prediction[i] === label) both++
  }
  return { both, predicted, referred }
}
