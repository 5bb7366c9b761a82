/**
 * Weights under a mask: w m, element by element. Weights without a mask pass through unchanged.
 *
 * Nothing else has to change for the pruned pass. The networks here normalise by the statistics of the image at hand
 * (instance or group norm), computed anew in every pass from the pruned features; there are no running means that the
 * pruned network would have to recalibrate, as batch normalisation would need (SDCLR's second set of statistics).
 *
 * @module
 */
import type { NamedArrays } from '@leanvox/engine'
import type { Masks } from './masks.ts'

/**
 * New arrays for masked weights, the caller's own for the rest.
 *
 * @throws RangeError for a mask of no weight or of another length
 */
export function applyMask(weights: Readonly<NamedArrays>, masks: Masks): NamedArrays {
  for (const [name, mask] of Object.entries(masks)) {
    const length = weights[name]?.data.length
    if (length !== mask.length) {
      const found = length === undefined ? 'no such weight' : `${length} values`
      throw new RangeError(`applyMask: expected a weight ${name} of ${mask.length} values, got ${found}`)
    }
  }
  return Object.fromEntries(
    Object.entries(weights).map(([name, array]) => {
      const mask = masks[name] as Uint8Array | undefined
      return [name, mask ? { shape: array.shape, data: array.data.map((value, i) => (mask[i] ? value : 0)) } : array]
    }),
  )
}
