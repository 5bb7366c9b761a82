/**
 * Two binary masks over one voxel grid: what a method said and what is held to be true.
 *
 * Masks are flat arrays in any order, the same for both; a voxel is foreground if its value is not zero. They travel
 * as a named pair because swapping them changes sensitivity and precision without any visible error.
 *
 * @module
 */

/** Two masks of equal length; non-zero means foreground. */
export interface MaskPair {
  readonly prediction: ArrayLike<number>
  readonly reference: ArrayLike<number>
}

/** Throws RangeError, in the name of the function called, unless both masks have the same length. */
export function requireEqualLength({ prediction, reference }: MaskPair, caller: string): void {
  if (prediction.length !== reference.length) {
    throw new RangeError(
      `${caller}: expected masks of equal length, got ${prediction.length} (prediction) and ${reference.length} (reference)`,
    )
  }
}
