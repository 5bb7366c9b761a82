/**
 * How far a pruned network's answer for one case is from the dense network's. Label-free: 1 - IoU of two masks or CAMs,
 * changed arg-max, Jensen-Shannon divergence. Label-aware: rise of the loss, drop of the IoU.
 *
 * Every measure is 0 for equal answers. Hooker et al. 2019 compare arg-max; the others are our extension to masks.
 *
 * @module
 */
import { iou, type MaskPair } from '@leanvox/metrics'

/** Two answers of equal length: of the dense and of the pruned network. */
export interface AnswerPair {
  readonly dense: ArrayLike<number>
  readonly pruned: ArrayLike<number>
}

/**
 * 1 - IoU of two binary masks (non-zero is foreground), in [0, 1]; symmetric. Two empty masks agree: 0.
 *
 * @throws RangeError if the masks differ in length
 */
export function maskDisagreement(pair: MaskPair): number {
  const overlap = iou(pair)
  return Number.isNaN(overlap) ? 0 : 1 - overlap
}

/**
 * 1 - IoU averaged over the foreground labels that either label map holds, in [0, 1]; 0 if neither holds any. With one
 * foreground label it is {@link maskDisagreement}.
 */
export function labelMapDisagreement({ dense, pruned }: AnswerPair): number {
  requireSameLength('labelMapDisagreement', { dense, pruned })
  const shared = new Float64Array(256)
  const either = new Float64Array(256)
  for (let i = 0; i < dense.length; i++) {
    either[dense[i]]++
    if (dense[i] === pruned[i]) shared[dense[i]]++
    else either[pruned[i]]++
  }
  let sum = 0
  let labels = 0
  for (let label = 1; label < 256; label++) {
    if (either[label] === 0) continue
    sum += 1 - shared[label] / either[label]
    labels++
  }
  return labels === 0 ? 0 : sum / labels
}

/**
 * Jensen-Shannon divergence of two distributions in bits, so in [0, 1] (Lin 1991):
 * JS = H((p + q) / 2) - (H(p) + H(q)) / 2. With `classes`, the mean over consecutive groups of that many values, as
 * in a map of class probabilities `[voxels, classes]`.
 *
 * @throws RangeError if lengths differ or are no multiple of `classes`
 */
export function jensenShannon({ dense, pruned }: AnswerPair, options: { readonly classes?: number } = {}): number {
  requireSameLength('jensenShannon', { dense, pruned })
  const { classes = dense.length } = options
  if (!(Number.isInteger(classes) && classes >= 1) || dense.length % classes !== 0) {
    throw new RangeError(`jensenShannon: expected a multiple of ${classes} values, got ${dense.length}`)
  }
  let sum = 0
  for (let i = 0; i < dense.length; i++) {
    const middle = (dense[i] + pruned[i]) / 2
    sum += (entropyTerm(dense[i], middle) + entropyTerm(pruned[i], middle)) / 2
  }
  // Rounding can leave a divergence of equal distributions a little off; it is never negative.
  return Math.max(0, (sum * classes) / dense.length)
}

/** 1 if the class of the largest value differs (ties: the lower class), else 0. */
export function argMaxChanged(pair: AnswerPair): 0 | 1 {
  requireSameLength('argMaxChanged', pair)
  return argMax(pair.dense) === argMax(pair.pruned) ? 0 : 1
}

/** max(0, pruned - dense): by how much the loss of a case rises. */
export function lossRise({ dense, pruned }: { readonly dense: number; readonly pruned: number }): number {
  return Math.max(0, pruned - dense)
}

/**
 * IoU(dense, reference) - IoU(pruned, reference), in [-1, 1]: negative where pruning helps. An IoU of two empty masks
 * counts as 1.
 */
export function iouDrop({ dense, pruned }: AnswerPair, reference: ArrayLike<number>): number {
  const agreement = (prediction: ArrayLike<number>) => 1 - maskDisagreement({ prediction, reference })
  return agreement(dense) - agreement(pruned)
}

/**
 * 1 - IoU of two heat maps, each cut at `fraction` of its own largest value (Zhou et al. 2016 take 0.2; our default is
 * 0.5, so that the hot core counts). A map without a positive value gives an empty mask.
 */
export function camDisagreement({ dense, pruned }: AnswerPair, options: { readonly fraction?: number } = {}): number {
  const { fraction = 0.5 } = options
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`camDisagreement: expected a fraction between 0 and 1, got ${fraction}`)
  }
  return maskDisagreement({ prediction: hotPart(pruned, fraction), reference: hotPart(dense, fraction) })
}

function hotPart(map: ArrayLike<number>, fraction: number): Uint8Array {
  let largest = 0
  for (let i = 0; i < map.length; i++) largest = Math.max(largest, map[i])
  const cut = fraction * largest
  return Uint8Array.from(map, (value) => (largest > 0 && value >= cut ? 1 : 0))
}

function entropyTerm(p: number, middle: number): number {
  return p > 0 ? p * Math.log2(p / middle) : 0
}

/** Index of the largest value, the first of several. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

function requireSameLength(caller: string, { dense, pruned }: AnswerPair): void {
  if (dense.length !== pruned.length) {
    throw new RangeError(
      `${caller}: expected answers of equal length, got ${dense.length} (dense) and ${pruned.length} (pruned)`,
    )
  }
}
