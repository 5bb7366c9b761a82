/**
 * A case on its way from files to volumes, and how strictly it is checked.
 *
 * @module
 */
import type { Volume, VoxelData } from '@leanvox/volume'

/** How strict the checks of a case are. */
export interface CaseChecks {
  /** Largest distance of two affines at the volume's corners, in smallest voxel spacings. Default 0.1. */
  readonly affineTolerance?: number
  /** Whether a label of background only is fine. Default false. */
  readonly allowEmptyLabel?: boolean
  /** Whether a case without a label is refused. Default true. */
  readonly requireLabel?: boolean
}

/** A case in memory: what the files hold, on their own grid. */
export interface LoadedCase {
  readonly id: string
  /** One volume per channel, all of one grid. */
  readonly images: readonly Volume<VoxelData>[]
  /** On the images' grid; absent only when the case has none and `requireLabel` is false. */
  readonly label?: Volume<Uint8Array>
  /** Label values that occur, ascending; empty without a label. */
  readonly labelValues: readonly number[]
}

/** The raw bytes of a case's files. */
export interface CaseFiles {
  readonly images: readonly NamedBytes[]
  readonly label?: NamedBytes
}

export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array
}
