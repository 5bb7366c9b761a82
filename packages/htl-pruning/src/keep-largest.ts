/**
 * The k largest of many values as a mask; of equal values at the border the first ones are kept, so that a mask keeps
 * exactly k and is the same on every machine.
 *
 * @module
 */

/** 1 for the `count` largest values, 0 elsewhere; ties go to the lower index. Values must be numbers, not NaN. */
export function keepLargest(values: Float32Array, count: number): Uint8Array {
  const mask = new Uint8Array(values.length)
  if (count >= values.length) return mask.fill(1)
  if (count <= 0) return mask
  const threshold = values.slice().sort()[values.length - count]
  let left = count
  for (let i = 0; i < values.length; i++) {
    if (values[i] > threshold) {
      mask[i] = 1
      left--
    }
  }
  for (let i = 0; left > 0; i++) {
    if (values[i] === threshold) {
      mask[i] = 1
      left--
    }
  }
  return mask
}
