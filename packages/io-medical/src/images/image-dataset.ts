/**
 * What a folder of pictures is: cases with an image, perhaps a mask, and metadata; no picture has been opened yet.
 *
 * @module
 */

/** One picture of a data set. */
export interface ImageCase {
  /** Unique within the data set; the image's file name without extension. */
  readonly id: string
  /** Path of the picture. */
  readonly image: string
  /** Path of the mask; null when there is none. */
  readonly mask: string | null
  /** By column; null where the table says nothing. */
  readonly metadata: Readonly<Record<string, string | null>>
}

/** A folder of pictures. */
export interface ImageDataset {
  readonly folder: string
  readonly name: string
  /** Sorted by id. */
  readonly cases: readonly ImageCase[]
  /** What the pixel values of masks stand for. */
  readonly masks: MaskRule
  /** What a user should know, one sentence each, counted. */
  readonly warnings: readonly string[]
}

/**
 * What a mask's pixel values stand for.
 *
 * `threshold`: label 1 above the value, for masks with interpolated edges. `values`: the label of each value; with a
 * `tolerance` (default 0) a value that is not listed counts as the nearest listed one at most that far away, the lower
 * of two. Values are those of an 8-bit mask; 16-bit masks are brought to 8 bits when they hold nothing else.
 */
export type MaskRule =
  | { readonly kind: 'threshold'; readonly above: number }
  | { readonly kind: 'values'; readonly labels: Readonly<Record<number, number>>; readonly tolerance?: number }
