/**
 * Exact Euclidean distance transform with voxel spacing, by lower envelopes of parabolas:
 * D(p) = min over q of (w · (p - q))² + f(q), one axis after the other, linear in the number of voxels
 * (Felzenszwalb and Huttenlocher 2012, "Distance Transforms of Sampled Functions"). The paper has unit spacing; here
 * each axis has its step w in mm. Lines without a finite value are skipped, where the paper uses a large number. The
 * passes are in distance-passes.ts.
 *
 * @module
 */
import { assertLength, assertShape, assertSpacing } from './checks.ts'
import type { Mask } from './components.ts'
import { distancesAcrossSlices, squaresInSlices } from './distance-passes.ts'
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
  const squares = new Float64Array(data.length)
  const field = { squares, shape, spacing }
  squaresInSlices(data, field, { from: 0, to: shape[0] })
  distancesAcrossSlices(field, { from: 0, to: shape[1] })
  return squares
}
