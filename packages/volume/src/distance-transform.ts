/**
 * Exact Euclidean distance transform with voxel spacing, by lower envelopes of parabolas:
 * D(p) = min over q of (w · (p - q))² + f(q), one axis after the other, linear in the number of voxels
 * (Felzenszwalb and Huttenlocher 2012, "Distance Transforms of Sampled Functions"). The paper has unit spacing; here
 * each axis has its step w in mm. Lines without a finite value are skipped, where the paper uses a large number.
 *
 * @module
 */
import { assertLength, assertShape, assertSpacing } from './checks.ts'
import type { Mask } from './components.ts'
import type { Spacing } from './types.ts'

/**
 * Distance in mm from every voxel centre to the nearest foreground voxel centre; 0 on the foreground. (scipy's
 * `distance_transform_edt` measures from its non-zero voxels to the background: hand it the inverted mask.)
 *
 * Foreground is every voxel that is not zero; NaN counts as background. Without foreground every distance is Infinity.
 * `spacing` defaults to the mask's own, or 1 mm.
 *
 * @throws RangeError for a bad spacing, or data that do not fit the shape
 */
export function distanceTransform(
  mask: Mask & { readonly spacing?: Spacing },
  { spacing = mask.spacing ?? [1, 1, 1] }: { readonly spacing?: Spacing } = {},
): Float64Array {
  assertShape(mask.shape, 'distanceTransform')
  assertLength(mask.data, mask.shape, 'distanceTransform')
  assertSpacing(spacing, 'distanceTransform')
  const { data, shape } = mask
  const [depth, height, width] = shape
  const squares = new Float64Array(data.length)
  for (let i = 0; i < squares.length; i++) squares[i] = data[i] > 0 || data[i] < 0 ? 0 : Infinity
  const line = lineTransform(squares, Math.max(...shape))
  for (let row = 0; row < depth * height; row++) {
    line(row * width, { count: width, stride: 1, step: spacing[2] })
  }
  for (let z = 0; z < depth; z++) {
    for (let x = 0; x < width; x++) line(z * height * width + x, { count: height, stride: width, step: spacing[1] })
  }
  for (let i = 0; i < height * width; i++) line(i, { count: depth, stride: height * width, step: spacing[0] })
  for (let i = 0; i < squares.length; i++) squares[i] = Math.sqrt(squares[i])
  return squares
}

interface Line {
  readonly count: number
  readonly stride: number
  /** mm between samples. */
  readonly step: number
}

/** A function that replaces one line of `values` by its one-dimensional transform; buffers are shared by all lines. */
function lineTransform(values: Float64Array, longest: number): (first: number, line: Line) => void {
  const heights = new Float64Array(longest) // f, the line before
  const sites = new Int32Array(longest) // v, apex positions of the envelope's parabolas
  const starts = new Float64Array(longest) // z, where each of them begins to be the lowest
  return (first, { count, stride, step }) => {
    const square = step * step
    let last = -1
    for (let q = 0; q < count; q++) {
      const f = values[first + q * stride]
      heights[q] = f
      if (f === Infinity) continue
      let start = -Infinity
      while (last >= 0) {
        const v = sites[last]
        start = (q + v + (f - heights[v]) / (square * (q - v))) / 2
        if (start > starts[last]) break
        last--
        start = -Infinity
      }
      last++
      sites[last] = q
      starts[last] = start
    }
    if (last < 0) return
    for (let p = 0, k = 0; p < count; p++) {
      while (k < last && starts[k + 1] < p) k++
      const away = p - sites[k]
      values[first + p * stride] = square * away * away + heights[sites[k]]
    }
  }
}
