/**
 * One image of a volume: the slice along depth with the most foreground, cut or padded around its middle.
 *
 * @module
 */
import { affineFromSpacing } from '@leanvox/volume'
import type { PreparedCase } from '@leanvox/training'

/**
 * A case of depth 1 and the size asked for. Padding takes the smallest value of each channel, label 0; the affine is that
 * of a plain image, since a slice alone is no place in a scanner.
 */
export function largestSlice(volume: PreparedCase, size: readonly [height: number, width: number]): PreparedCase {
  const [depth, height, width] = volume.shape
  const area = height * width
  const counts = Array.from({ length: depth }, (_, z) => countSet(volume.label.subarray(z * area, (z + 1) * area)))
  const z = counts.indexOf(Math.max(...counts))
  const window = { from: [height, width], to: size } as const
  const planes = Array.from({ length: volume.channels }, (_, channel) => {
    const start = (channel * depth + z) * area
    const plane = volume.image.subarray(start, start + area)
    const fill = plane.reduce((least, value) => Math.min(least, value), Infinity)
    return centred(plane, window, fill)
  })
  const [, y, x] = volume.spacing
  return {
    ...volume,
    image: Float32Array.from(planes.flat()),
    label: Uint8Array.from(centred(volume.label.subarray(z * area, (z + 1) * area), window, 0)),
    shape: [1, ...size],
    spacing: [1, y, x],
    affine: affineFromSpacing([1, y, x]),
  }
}

function centred(
  plane: ArrayLike<number>,
  { from, to }: { from: readonly [number, number]; to: readonly [number, number] },
  fill: number,
): number[] {
  const shift = [0, 1].map((axis) => Math.floor((from[axis] - to[axis]) / 2))
  return Array.from({ length: to[0] * to[1] }, (_, i) => {
    const [y, x] = [Math.floor(i / to[1]) + shift[0], (i % to[1]) + shift[1]]
    return y >= 0 && y < from[0] && x >= 0 && x < from[1] ? plane[y * from[1] + x] : fill
  })
}

function countSet(mask: Uint8Array): number {
  return mask.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
}
