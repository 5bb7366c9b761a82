/**
 * How much each voxel of a tile counts: a Gaussian of standard deviation patch / 8 per axis (nnU-Net), 1 at its peak,
 * as tile edges see less context than tile centres. Weights below 1e-3 are raised to 1e-3 (ours; nnU-Net raises only
 * zeros), so that a voxel seen by one tile corner alone keeps its digits in float32.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'

const SMALLEST = 1e-3

/** Weights `[depth, height, width]` in [1e-3, 1]; along an axis of length 1 the weight does not vary. */
export function gaussianWindow(patchSize: Shape3): Float32Array {
  const [depth, height, width] = patchSize.map(profile)
  const window = new Float32Array(patchSize[0] * patchSize[1] * patchSize[2])
  let at = 0
  for (const z of depth) for (const y of height) for (const x of width) window[at++] = Math.max(SMALLEST, z * y * x)
  return window
}

function profile(length: number): number[] {
  const centre = (length - 1) / 2
  const sigma = length / 8
  return Array.from({ length }, (_, i) => Math.exp(-0.5 * ((i - centre) / sigma) ** 2))
}
