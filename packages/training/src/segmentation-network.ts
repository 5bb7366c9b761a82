/**
 * What training needs to know of a network: any `Network` whose spec names its axes and channels, the U-Nets of
 * `@leanvox/nets` among them.
 *
 * @module
 */
import type { Network } from '@leanvox/nets'

export interface SegmentationSpec {
  readonly dimensions: 2 | 3
  readonly inChannels: number
  /** Classes under a softmax, background first; 1 is foreground under a sigmoid. */
  readonly outChannels: number
  readonly deepSupervision?: boolean
}

export type SegmentationNetwork = Network<SegmentationSpec>

/** The labels that are not background, `[1, ..., classes - 1]`. */
export function foregroundLabels({ outChannels }: SegmentationSpec): number[] {
  return Array.from({ length: Math.max(1, outChannels - 1) }, (_, i) => i + 1)
}
