/**
 * How long oneDNN's convolutions have run, so that a benchmark can say which part of a step they are.
 *
 * @module
 */
import { isAvailable, native } from './native.ts'

/** Seconds inside convolution primitives of this thread so far; 0 without the addon. */
export function convolutionSeconds(): number {
  return isAvailable() ? native<{ convolutionSeconds(): number }>().convolutionSeconds() : 0
}
