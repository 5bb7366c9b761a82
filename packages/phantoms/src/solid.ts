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

/** A bumpy ellipsoid, turned by `angle` radians about z. */
export interface Solid {
  readonly centre: Point
  readonly radii: Point
  readonly angle: number
  readonly bumps: readonly Bump[]
}

/** Draws bumps whose heights add up to `bumpiness` (share of the radius). */
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
  return { centre, radii, angle, bumps }
}

/** A value in [0, 1) inside, 0 at the centre and 1 on the surface; 1 or more outside. */
export function depthInSolid({ centre, radii, angle, bumps }: Solid, x: number, [y, z]: readonly [number, number]) {
  const dx = x - centre[0]
  const dy = y - centre[1]
  const cosine = Math.cos(angle)
  const sine = Math.sin(angle)
  const qx = (cosine * dx + sine * dy) / radii[0]
  const qy = (cosine * dy - sine * dx) / radii[1]
  const qz = (z - centre[2]) / radii[2]
  const length = Math.sqrt(qx * qx + qy * qy + qz * qz)
  if (length === 0 || bumps.length === 0) return length
  let surface = 1
  for (const { height, frequency, phase } of bumps) {
    surface += height * Math.cos((frequency[0] * qx + frequency[1] * qy + frequency[2] * qz) / length + phase)
  }
  return length / surface
}

/** Half the edge of a cube around the centre that holds the solid. */
export function reachOf({ radii, bumps }: Solid): number {
  return Math.max(...radii) * (1 + bumps.reduce((sum, { height }) => sum + height, 0))
}
