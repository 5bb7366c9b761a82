/**
 * The time that oneDNN's convolutions have taken in this process.
 *
 * @module
 */
import { convolutionSeconds } from '@leanvox/tfjs-backend-onednn'

/** Milliseconds so far; 0 where another backend runs. */
export function convolutionMilliseconds(): number {
  return convolutionSeconds() * 1000
}
