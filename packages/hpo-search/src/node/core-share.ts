/**
 * The share of the machine that each of several processes side by side should take, as environment variables.
 *
 * OpenMP (oneDNN, TensorFlow, PyTorch, NumPy) starts a thread for every core in every process and lets threads that wait
 * spin. Two such processes on two cores keep each other from working and take several times as long as one after the other.
 *
 * @module
 */
import { availableParallelism } from 'node:os'

export interface CoreShareOptions {
  /** Default: what this process may use. */
  readonly cores?: number
  /** What is set here already is kept; default this process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * `OMP_NUM_THREADS`, the cores divided by the processes, rounded down and at least 1, and `OMP_WAIT_POLICY`, passive. Empty for
 * a single process, which may have the whole machine.
 *
 * @throws RangeError for a number of processes that is not a whole number of at least 1
 */
export function coreShare(processes: number, options: CoreShareOptions = {}): Record<string, string> {
  const { cores = availableParallelism(), environment = process.env } = options
  if (!(Number.isSafeInteger(processes) && processes >= 1)) {
    throw new RangeError(`coreShare: expected a whole number of processes of at least 1, got ${processes}`)
  }
  if (processes === 1) return {}
  const share = { OMP_NUM_THREADS: `${Math.max(1, Math.floor(cores / processes))}`, OMP_WAIT_POLICY: 'passive' }
  return Object.fromEntries(Object.entries(share).filter(([name]) => environment[name] === undefined))
}
