/**
 * Sums over a cubic window around every voxel, zeros outside the volume, by running sums along each axis in turn: the
 * cost per voxel does not depend on the window. Sums are kept in 64 bits, as variances are differences of them.
 *
 * @module
 */
import type { Shape3 } from '@leanvox/volume'

/** Makes a function that sums over windows of `2 radius + 1` voxels; its result is valid until the next call. */
export function windowSummer(shape: Shape3, radius: number): (data: Float64Array) => Float64Array {
  const [depth, height, width] = shape
  const first = new Float64Array(depth * height * width)
  const second = new Float64Array(first.length)
  return (data) => {
    alongRows(data, first, { length: width, radius })
    alongPlanes(first, second, { outer: depth, length: height, inner: width, radius })
    alongPlanes(second, first, { outer: 1, length: depth, inner: height * width, radius })
    return first
  }
}

function alongRows(
  data: Float64Array,
  sums: Float64Array,
  { length, radius }: { length: number; radius: number },
): void {
  for (let start = 0; start < data.length; start += length) {
    let sum = 0
    for (let x = 0; x < Math.min(radius, length); x++) sum += data[start + x]
    for (let x = 0; x < length; x++) {
      if (x + radius < length) sum += data[start + x + radius]
      sums[start + x] = sum
      if (x >= radius) sum -= data[start + x - radius]
    }
  }
}

function alongPlanes(
  data: Float64Array,
  sums: Float64Array,
  { outer, length, inner, radius }: { outer: number; length: number; inner: number; radius: number },
): void {
  const running = new Float64Array(inner)
  const add = (from: number, sign: number) => {
    for (let i = 0; i < inner; i++) running[i] += sign * data[from + i]
  }
  for (let o = 0; o < outer; o++) {
    const start = o * length * inner
    running.fill(0)
    for (let k = 0; k < Math.min(radius, length); k++) add(start + k * inner, 1)
    for (let k = 0; k < length; k++) {
      if (k + radius < length) add(start + (k + radius) * inner, 1)
      sums.set(running, start + k * inner)
      if (k >= radius) add(start + (k - radius) * inner, -1)
    }
  }
}
