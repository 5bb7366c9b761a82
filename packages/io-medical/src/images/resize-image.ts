/**
 * Pictures to another size: images by a triangle filter, label maps by the nearest pixel; both with half-pixel centres.
 *
 * The triangle is one input pixel wide when the picture grows (bilinear interpolation) and as wide as one output pixel
 * when it shrinks, so that fine texture is averaged and does not alias; weights are renormalised at the border. Pillow's
 * BILINEAR and torch's `interpolate(mode='bilinear', antialias=True)` do the same. One pass per axis.
 *
 * @module
 */

/** Height and width in pixels. */
export type Size2 = readonly [height: number, width: number]

interface Resizing {
  readonly from: Size2
  readonly to: Size2
}

/** Which input pixels make output pixel `o`: `weights[o * width + i]` times input `start[o] + i`. */
interface Taps {
  readonly start: Int32Array
  readonly weights: Float64Array
  readonly width: number
}

/**
 * Channel-first planes [channels, height, width] at another size.
 *
 * @returns a new array, [channels, ...to]
 * @throws RangeError when a size is not a whole number of at least 1, or the planes are not of size `from`
 */
export function resizeImage(planes: Float32Array, { from, to }: Resizing): Float32Array {
  checkSizes('resizeImage', { from, to })
  if (planes.length === 0 || planes.length % (from[0] * from[1]) !== 0) {
    throw new RangeError(`resizeImage: expected planes of ${from[0]} x ${from[1]} values, got ${planes.length} in all`)
  }
  if (from[0] === to[0] && from[1] === to[1]) return planes.slice()
  const rows = planes.length / from[1]
  const channels = rows / from[0]
  const wide = resampleAxis(planes, { outer: rows, inner: 1, taps: taps(from[1], to[1]) }, from[1])
  return resampleAxis(wide, { outer: channels, inner: to[1], taps: taps(from[0], to[0]) }, from[0])
}

/**
 * A label map [height, width] at another size; no new values appear.
 *
 * @throws RangeError when a size is not a whole number of at least 1, or the map is not of size `from`
 */
export function resizeLabels(labels: Uint8Array, { from, to }: Resizing): Uint8Array {
  checkSizes('resizeLabels', { from, to })
  if (labels.length !== from[0] * from[1]) {
    throw new RangeError(`resizeLabels: expected ${from[0]} x ${from[1]} values, got ${labels.length}`)
  }
  const [height, width] = to
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * from[1]) / width))
  const resized = new Uint8Array(height * width)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * from[0]) / height) * from[1]
    for (let x = 0; x < width; x++) resized[y * width + x] = labels[row + columns[x]]
  }
  return resized
}

function checkSizes(operation: string, { from, to }: Resizing): void {
  for (const side of [...from, ...to]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(
        `${operation}: expected sizes of at least 1 pixel, got ${from.join(' x ')} to ${to.join(' x ')}`,
      )
    }
  }
}

function taps(from: number, to: number): Taps {
  const scale = from / to
  const radius = Math.max(scale, 1)
  const width = Math.ceil(2 * radius) + 1
  const start = new Int32Array(to)
  const weights = new Float64Array(to * width)
  for (let o = 0; o < to; o++) {
    const centre = (o + 0.5) * scale
    start[o] = Math.max(0, Math.floor(centre - radius + 0.5))
    const count = Math.min(from, Math.floor(centre + radius + 0.5)) - start[o]
    const row = weights.subarray(o * width, o * width + count)
    for (let i = 0; i < count; i++) row[i] = Math.max(0, 1 - Math.abs((start[o] + i + 0.5 - centre) / radius))
    const total = row.reduce((sum, weight) => sum + weight, 0)
    row.forEach((weight, i) => (row[i] = weight / total))
  }
  return { start, weights, width }
}

/** [outer, from, inner] to [outer, to, inner]. */
function resampleAxis(
  values: Float32Array,
  { outer, inner, taps: { start, weights, width } }: { outer: number; inner: number; taps: Taps },
  from: number,
): Float32Array {
  const to = start.length
  const result = new Float32Array(outer * to * inner)
  for (let block = 0; block < outer; block++) {
    for (let o = 0; o < to; o++) {
      const count = Math.min(width, from - start[o])
      const target = (block * to + o) * inner
      for (let x = 0; x < inner; x++) {
        let source = (block * from + start[o]) * inner + x
        let sum = 0
        for (let i = 0; i < count; i++, source += inner) sum += weights[o * width + i] * values[source]
        result[target + x] = sum
      }
    }
  }
  return result
}
