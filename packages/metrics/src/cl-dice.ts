/**
 * Centreline Dice, for vessels and other thin structures (Shit 2021): with S(·) the skeleton,
 * precision = |S(P) ∩ R| / |S(P)|, sensitivity = |S(R) ∩ P| / |S(R)|, clDice = their harmonic mean.
 *
 * The skeleton is this package's (`skeleton`), so values differ from those with scikit-image's: not at all on an aorta, by
 * 0.25 on ribs of one or two voxels, by up to 0.31 on compact shapes (docs/results/metric-agreement.md). Compare only values of one skeleton.
 * Empty masks: both empty give NaN, one empty 0.
 *
 * @module
 */
import { boxedMask, boxPair, PREDICTION, REFERENCE } from './boxed-pair.ts'
import { flatAxis, requireGrid, type Grid } from './grid.ts'
import type { MaskPair } from './mask-pair.ts'
import { thinned } from './skeleton.ts'

/**
 * Centreline Dice in [0, 1]; symmetric; NaN if both masks are empty, 0 if one is or no centreline lies in the other mask.
 *
 * @throws RangeError for masks that do not fit the shape, or a spacing that is not positive.
 */
export function clDice(pair: MaskPair, grid: Grid): number {
  requireGrid(pair, grid, 'clDice')
  const boxed = boxPair(pair, grid.shape)
  if (!boxed) return NaN
  const masks = { prediction: boxedMask(boxed, PREDICTION), reference: boxedMask(boxed, REFERENCE) }
  const rimmed = { shape: boxed.shape, spacing: grid.spacing, flat: flatAxis(grid.shape) }
  const lines = (mask: Uint8Array) => thinned(mask, rimmed)
  const precision = shareWithin(lines(masks.prediction), masks.reference)
  const sensitivity = shareWithin(lines(masks.reference), masks.prediction)
  // A share of no line is NaN: one mask is empty, and the other share is then 0.
  if (Number.isNaN(precision) && Number.isNaN(sensitivity)) return NaN
  if (!(precision > 0 && sensitivity > 0)) return 0
  return (2 * precision * sensitivity) / (precision + sensitivity)
}

/** Of ones and zeros. */
function shareWithin(lines: Uint8Array, mask: Uint8Array): number {
  let within = 0
  let all = 0
  for (let i = 0; i < lines.length; i++) {
    all += lines[i]
    within += lines[i] & mask[i]
  }
  return within / all
}
