/**
 * The ramp-up of Laine and Aila 2017 and Tarvainen and Valpola 2017: exp(-5 (1 - t / T)^2) until step T, then 1.
 *
 * @module
 */

/** The factor at a step (from 1) of a ramp of `length` steps; 1 throughout for a length of 0. */
export function sigmoidRamp(step: number, length: number): number {
  if (!(length >= 0)) throw new RangeError(`sigmoidRamp: expected a length of at least 0, got ${length}`)
  if (step >= length) return 1
  return Math.exp(-5 * (1 - Math.max(0, step) / length) ** 2)
}
