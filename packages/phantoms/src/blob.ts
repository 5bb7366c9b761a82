/**
 * Bumpy ellipses, the shape of every cell and lesion in the 2D phantoms: a position q (relative to the centre, turned,
 * divided by the radii) at angle t is inside where |q| < 1 + Σ aₖ cos(fₖ t + φₖ), with whole frequencies fₖ.
 *
 * Positions are [y, x] in units of the image's shorter side, [0, 0] in the middle of the image, y down.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'

/** Downwards and to the right of the middle, in units of the image's shorter side. */
export type Place = readonly [y: number, x: number]

interface Wave {
  readonly height: number
  readonly frequency: number
  readonly phase: number
}

/** A bumpy ellipse. */
export interface Blob {
  readonly centre: Place
  readonly radii: Place
  readonly cosine: number
  readonly sine: number
  /** Sum of the waves' heights, below 1. */
  readonly bumpiness: number
  readonly waves: readonly Wave[]
}

/** An ellipse turned by `angle` radians, with random waves of frequency 2 to 6 whose heights add up to `bumpiness`. */
export function drawBlob(
  rng: Rng,
  shape: { readonly centre: Place; readonly radii: Place; readonly angle?: number; readonly bumpiness?: number },
): Blob {
  const { centre, radii, angle = 0, bumpiness = 0 } = shape
  const frequencies = bumpiness > 0 ? [2, 3, 4, 5, 6] : []
  const shares = frequencies.map((frequency) => rng.uniformIn(0.2, 1) / frequency)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const waves = frequencies.map((frequency, k) => ({
    height: (bumpiness * shares[k]) / total,
    frequency,
    phase: rng.uniformIn(0, 2 * Math.PI),
  }))
  return { centre, radii, cosine: Math.cos(angle), sine: Math.sin(angle), bumpiness, waves }
}

/** How far out a place lies: 0 in the centre, 1 on the outline, above 1 outside. */
export function relativeRadius({ centre, radii, cosine, sine, bumpiness, waves }: Blob, [y, x]: Place): number {
  const dy = y - centre[0]
  const dx = x - centre[1]
  const qy = (cosine * dy - sine * dx) / radii[0]
  const qx = (sine * dy + cosine * dx) / radii[1]
  const length = Math.sqrt(qy * qy + qx * qx)
  if (bumpiness === 0) return length
  const turn = Math.atan2(qy, qx)
  let outline = 1
  for (const { height, frequency, phase } of waves) outline += height * Math.cos(frequency * turn + phase)
  return length / outline
}

/** Half the edge of an upright square around the centre that holds the blob. */
export function blobReach({ radii, bumpiness }: Blob): number {
  return Math.max(radii[0], radii[1]) * (1 + bumpiness)
}

/** The place at [downwards, to the right] in the blob's own frame, where the plain ellipse is the unit circle. */
export function placeInBlob({ centre, radii, cosine, sine }: Blob, [qy, qx]: Place): Place {
  const dy = qy * radii[0]
  const dx = qx * radii[1]
  return [centre[0] + cosine * dy + sine * dx, centre[1] + cosine * dx - sine * dy]
}
