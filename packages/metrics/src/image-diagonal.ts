/**
 * The worst distance an image allows: its diagonal, sqrt(sum of (voxels x spacing) squared), in mm.
 *
 * The full extent is taken, not the distance between the centres of opposite corner voxels, so the value is larger
 * than any distance that two non-empty masks can have, and a miss counted with it never improves a mean (our choice;
 * challenges use it in the same role).
 *
 * @module
 */
import type { Grid } from './grid.ts'

/** Length of the image's diagonal in mm. */
export function imageDiagonal({ shape, spacing }: Grid): number {
  return Math.hypot(shape[0] * spacing[0], shape[1] * spacing[1], shape[2] * spacing[2])
}
