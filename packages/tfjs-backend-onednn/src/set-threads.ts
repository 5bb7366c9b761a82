/**
 * The number of threads that kernels use.
 *
 * @module
 */
import { isAvailable, native } from './native.ts'

/** Threads in use; 0 without the addon. */
export function threads(): number {
  return isAvailable() ? native().threads() : 0
}

/**
 * Sets the number of threads of this process. Several processes on one machine should share its cores between them.
 *
 * @throws RangeError for anything but a whole number from 1 to 1024
 * @throws Error without the addon
 */
export function setThreads(count: number): void {
  native().setThreads(count)
}
