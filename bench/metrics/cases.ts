/**
 * The masks that are measured: an ellipsoid as large as a liver with a wavy surface, and a prediction that is shifted,
 * a little smaller and wavy in another way.
 *
 * @module
 */
import type { Shape3, Spacing } from '@leanvox/volume'

/** 512 x 512 x 300 by default; `METRICS_SIZE=0.25` makes every extent a quarter. */
export interface MaskCase {
  readonly shape: Shape3
  readonly spacing: Spacing
}

export function maskCase(scale = Number(process.env['METRICS_SIZE'] ?? 1)): MaskCase {
  const extent = (voxels: number): number => Math.max(8, Math.round(voxels * scale))
  return { shape: [extent(300), extent(512), extent(512)], spacing: [1 / scale, 0.75 / scale, 0.75 / scale] }
}

export function maskPair({ shape, spacing }: MaskCase): { prediction: Uint8Array; reference: Uint8Array } {
  return {
    reference: waves({ shape, spacing }, { radii: [80, 80, 105], shift: [0, 0, 0], phase: 0 }),
    prediction: waves({ shape, spacing }, { radii: [78, 79, 103], shift: [1.5, -2, 2.5], phase: 1 }),
  }
}

interface Ellipsoid {
  /** mm, [depth, height, width]. */
  readonly radii: Shape3
  readonly shift: Shape3
  readonly phase: number
}

/** Points whose distance from the middle, in radii, is below 1 plus some waves of 4 %. */
function waves({ shape, spacing }: MaskCase, { radii, shift, phase }: Ellipsoid): Uint8Array {
  const [depth, height, width] = shape
  const mask = new Uint8Array(depth * height * width)
  const along = (axis: number, place: number): number =>
    ((place - (shape[axis] - 1) / 2) * spacing[axis] - shift[axis]) / radii[axis]
  for (let z = 0, i = 0; z < depth; z++) {
    const c = along(0, z)
    for (let y = 0; y < height; y++) {
      const b = along(1, y)
      const rest = c * c + b * b
      if (rest > 1.2) {
        i += width
        continue
      }
      for (let x = 0; x < width; x++, i++) {
        const a = along(2, x)
        const squared = rest + a * a
        if (squared > 1.2) continue
        const limit = 1 + 0.04 * Math.sin(9 * a + phase) * Math.sin(7 * b) * Math.cos(8 * c + phase)
        if (squared < limit * limit) mask[i] = 1
      }
    }
  }
  return mask
}
