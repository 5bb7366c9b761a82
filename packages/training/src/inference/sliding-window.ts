/**
 * A prediction for a whole image from tiles: each tile's logits are weighted by a window and summed, then divided by the
 * summed weights (nnU-Net). One tile is in memory at a time; the sums take `classes + 1` floats a voxel.
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import { channelsLast } from '../patches/batch.ts'
import { extractImage } from '../patches/patch.ts'
import type { PreparedImage } from '../patches/prepared-case.ts'
import { gaussianWindow } from './gaussian-window.ts'
import { tileGrid } from './tile-grid.ts'

/** Logits `[d, h, w, classes]` of one tile `[d, h, w, channels]`; the tile may be overwritten once they are there. */
export type TilePredictor = (tile: Float32Array, shape: Shape3) => Promise<Float32Array>

export interface SlidingWindowOptions {
  /** `[depth, height, width]` */
  readonly patchSize: Shape3
  readonly classes: number
  /** Share of a tile shared with its neighbour, default 0.5. */
  readonly overlap?: number
  /** Weigh tile centres more (default); otherwise all voxels of a tile count alike. */
  readonly gaussian?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Logits of every voxel as planes `[classes, depth, height, width]`. */
export async function slidingWindow(
  predict: TilePredictor,
  image: PreparedImage,
  options: SlidingWindowOptions,
): Promise<Float32Array> {
  const { patchSize, classes, overlap = 0.5, gaussian = true, signal } = options
  const window = gaussian ? gaussianWindow(patchSize) : new Float32Array(volumeOf(patchSize)).fill(1)
  const sums = new Float32Array(classes * volumeOf(image.shape))
  const weights = new Float32Array(volumeOf(image.shape))
  const tile = new Float32Array(volumeOf(patchSize) * image.channels)
  for (const box of tileGrid(image.shape, { patchSize, overlap })) {
    signal?.throwIfAborted()
    channelsLast(extractImage(image, box), tile)
    const logits = await predict(tile, patchSize)
    if (logits.length !== classes * window.length) {
      throw new RangeError(`slidingWindow: expected ${classes * window.length} logits a tile, got ${logits.length}`)
    }
    addTile({ sums, weights }, { logits, window, box, shape: image.shape, classes })
  }
  for (let at = 0; at < sums.length; at++) sums[at] /= weights[at % weights.length]
  return sums
}

interface Tile {
  readonly logits: Float32Array
  readonly window: Float32Array
  readonly box: Box
  readonly shape: Shape3
  readonly classes: number
}

function addTile(
  { sums, weights }: { sums: Float32Array; weights: Float32Array },
  { logits, window, box: { start, size }, shape, classes }: Tile,
): void {
  const low = start.map((first) => Math.max(0, -first))
  const high = size.map((length, axis) => Math.min(length, shape[axis] - start[axis]))
  for (let z = low[0]; z < high[0]; z++) {
    for (let y = low[1]; y < high[1]; y++) {
      const from = (z * size[1] + y) * size[2]
      const to = ((z + start[0]) * shape[1] + (y + start[1])) * shape[2] + start[2]
      for (let x = low[2]; x < high[2]; x++) {
        const weight = window[from + x]
        weights[to + x] += weight
        for (let c = 0; c < classes; c++) {
          sums[c * weights.length + to + x] += weight * logits[(from + x) * classes + c]
        }
      }
    }
  }
}

function volumeOf(shape: Shape3): number {
  return shape[0] * shape[1] * shape[2]
}
