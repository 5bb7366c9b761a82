/**
 * Spatial sizes of the levels of a U-Net. Every way of downsampling rounds up, max(1, ceil(factor n)), so any input size
 * works and no voxel is dropped; the decoder always returns to the size of the skip tensor.
 *
 * @module
 */

/** Halving: the factor of an ordinary U-Net. */
export const HALF = 0.5

/** `max(1, ceil(factor n))` along each axis; a product within 1e-9 above a whole number counts as that number. */
export function rescaled(size: readonly number[], factor: number): number[] {
  // Without the tolerance 0.55 x 100 = 55.00000000000001 would round up to 56.
  return size.map((length) => Math.max(1, Math.ceil(length * factor - 1e-9)))
}

/** The size of each level, finest first; `factor` is one for all stages or a list, finest first. */
export function levelSizes(
  spatial: readonly number[],
  { levels, factor = HALF }: { levels: number; factor?: number | readonly number[] | undefined },
): number[][] {
  const sizes = [[...spatial]]
  while (sizes.length < levels) {
    const stage = sizes.length - 1
    sizes.push(rescaled(sizes[stage], typeof factor === 'number' ? factor : factor[stage]))
  }
  return sizes
}
