/**
 * Bumpy ellipsoids, the shape of every organ here: inside where |q| < 1 + Σ aₖ cos(fₖ · q/|q| + φₖ), with q the position
 * relative to the centre, turned and divided by the radii. The cosines over the direction make smooth, low bumps.
 *
 * Positions are in the field of view's own coordinates: x (right), y (anterior), z (superior) in [-1, 1].
 *
 * @module
 */
import type { Rng } from '@leanvox/random'

/** x, y, z. */
export type Point = readonly [x: number, y: number, z: number]

interface Bump {
  readonly height: number
  readonly frequency: Point
  readonly phase: number
}

/** y and z of a position; rows share them. */
export type PlaceYZ = readonly [y: number, z: number]

/** A bumpy ellipsoid, turned about z by the angle of `cosine` and `sine`. */
export interface Solid {
  readonly centre: Point
  readonly radii: Point
  readonly cosine: number
  readonly sine: number
  /** Sum of the bumps' heights, below 1. */
  readonly bumpiness: number
  readonly bumps: readonly Bump[]
}

/** A solid turned by `angle` radians, with random bumps whose heights add up to `bumpiness` (share of the radius). */
export function drawSolid(
  rng: Rng,
  shape: { readonly centre: Point; readonly radii: Point; readonly angle?: number; readonly bumpiness?: number },
): Solid {
  const { centre, radii, angle = 0, bumpiness = 0 } = shape
  const count = bumpiness > 0 ? 4 : 0
  const bumps = Array.from({ length: count }, () => ({
    height: bumpiness / count,
    frequency: [rng.uniformIn(-4, 4), rng.uniformIn(-4, 4), rng.uniformIn(-4, 4)] as const,
    phase: rng.uniformIn(0, 2 * Math.PI),
  }))
  return { centre, radii, cosine: Math.cos(angle), sine: Math.sin(angle), bumpiness, bumps }
}

/** True for positions [x, y, z] under the surface. */
export function isInside(
  { centre, radii, cosine, sine, bumpiness, bumps }: Solid,
  x: number,
  [y, z]: PlaceYZ,
): boolean {
  const dx = x - centre[0]
  const dy = y - centre[1]
  const qx = (cosine * dx + sine * dy) / radii[0]
  const qy = (cosine * dy - sine * dx) / radii[1]
  const qz = (z - centre[2]) / radii[2]
  const length = Math.sqrt(qx * qx + qy * qy + qz * qz)
  // Only the shell that bumps can reach needs their cosines.
  if (length < 1 - bumpiness) return true
  if (length >= 1 + bumpiness) return false
  let surface = 1
  for (const { height, frequency, phase } of bumps) {
    surface += height * Math.cos((frequency[0] * qx + frequency[1] * qy + frequency[2] * qz) / length + phase)
  }
  return length < surface
}

/** Half the edges of an upright box around the centre that holds the solid. */
export function reachOf({ radii, bumpiness }: Solid): Point {
  const across = Math.max(radii[0], radii[1]) * (1 + bumpiness)
  return [across, across, radii[2] * (1 + bumpiness)]
}
