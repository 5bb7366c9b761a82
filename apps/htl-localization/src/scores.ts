/**
 * Scores of predicted masks as they are kept: one row per image, means over them.
 *
 * @module
 */
import { localisationScore, summariseLocalisation, type LocalisationSummary } from '@leanvox/htl-pruning'
import type { Shape3 } from '@leanvox/volume'
import type { ImageScore } from './jobs.ts'

/** The row of one image; JSON has no NaN, so an undefined score (a reference without foreground) is null. */
export function scoreRow(
  id: string,
  pair: { readonly prediction: Uint8Array; readonly reference: Uint8Array },
  { shape }: { readonly shape: Shape3 },
): ImageScore {
  const { iou, dice, boxIou } = localisationScore(pair, { shape })
  const orNull = (value: number) => (Number.isNaN(value) ? null : value)
  return { id, iou: orNull(iou), dice: orNull(dice), boxIou: orNull(boxIou) }
}

/** Means over the images with defined scores. */
export function meanScores(rows: readonly ImageScore[]): LocalisationSummary {
  return summariseLocalisation(
    rows.map(({ iou, dice, boxIou }) => ({ iou: iou ?? NaN, dice: dice ?? NaN, boxIou: boxIou ?? NaN })),
  )
}
