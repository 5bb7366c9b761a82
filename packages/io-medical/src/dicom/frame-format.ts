/**
 * What a frame's decoder is told, and what it hands back.
 *
 * @module
 */

/** The frame that the header promises. */
export interface FrameFormat {
  readonly rows: number
  readonly columns: number
  /** rows x columns */
  readonly pixels: number
  readonly samples: number
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly signed: boolean
  readonly photometric: string
  readonly name: string
  /** Where the samples may be decoded to, when they fit: the volume itself. A decoder may hand back other memory. */
  readonly into?: Uint8Array | undefined
}

/** Decoded samples as little-endian containers. */
export interface Samples {
  readonly data: Uint8Array
  /** Bytes of one sample. */
  readonly width: 1 | 2 | 4 | 8
  /** Colour by colour instead of pixel by pixel. */
  readonly planar: boolean
  /** The decoder turned YCbCr into RGB already. */
  readonly isRgb?: boolean
  /** Sample precision of the codestream, where it replaces BitsStored. */
  readonly precision?: number
}
