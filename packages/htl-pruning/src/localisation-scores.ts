/**
 * How well lesions are found: mask IoU and Dice, IoU of the boxes around the masks, and the share of images whose boxes
 * overlap by at least 0.5 and 0.75.
 *
 * A reference without foreground has no score (NaN) and is not counted; a prediction without foreground scores 0.
 *
 * @module
 */
import { boxIou, boxOfMask, dice, iou } from '@leanvox/metrics'
import type { Shape3 } from '@leanvox/volume'

export interface LocalisationScore {
  readonly iou: number
  readonly dice: number
  readonly boxIou: number
}

export interface LocalisationSummary extends LocalisationScore {
  /** Share of images with a box IoU of at least 0.5, and 0.75. */
  readonly boxIou50: number
  readonly boxIou75: number
  /** Images with a reference. */
  readonly count: number
}

/**
 * The scores of one image.
 *
 * @throws RangeError for masks of different lengths or that do not fit the shape
 */
export function localisationScore(
  { prediction, reference }: { readonly prediction: Uint8Array; readonly reference: Uint8Array },
  { shape }: { readonly shape: Shape3 },
): LocalisationScore {
  const truth = boxOfMask(reference, { shape })
  if (!truth) return { iou: NaN, dice: NaN, boxIou: NaN }
  const found = boxOfMask(prediction, { shape })
  const pair = { prediction, reference }
  return { iou: iou(pair), dice: dice(pair), boxIou: found ? boxIou(found, truth) : 0 }
}

/** Means over the images that have a reference; NaN without any. */
export function summariseLocalisation(scores: readonly LocalisationScore[]): LocalisationSummary {
  const defined = scores.filter(({ iou }) => !Number.isNaN(iou))
  const mean = (of: (score: LocalisationScore) => number) =>
    defined.reduce((sum, score) => sum + of(score), 0) / defined.length
  return {
    iou: mean((score) => score.iou),
    dice: mean((score) => score.dice),
    boxIou: mean((score) => score.boxIou),
    boxIou50: mean((score) => (score.boxIou >= 0.5 ? 1 : 0)),
    boxIou75: mean((score) => (score.boxIou >= 0.75 ? 1 : 0)),
    count: defined.length,
  }
}
