/**
 * How many threads kernels use by default: one a physical core that this process may run on.
 *
 * Two hardware threads of one core share its vector units, so more threads than cores slow convolutions down.
 * `OMP_NUM_THREADS` in the environment wins: it is how a parent gives each of several processes its share.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** What is known before the first kernel runs. */
export interface ThreadSources {
  /** OpenMP's own choice: the processors this process is bound to, or OMP_NUM_THREADS. */
  readonly onednn: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The default number of threads. */
export function defaultThreads({ onednn, environment }: ThreadSources): number {
  if (environment['OMP_NUM_THREADS'] !== undefined) return onednn
  return Math.max(1, Math.min(onednn, availableParallelism(), physicalCores() ?? onednn))
}

/** Physical cores of the machine as Linux lists them; undefined elsewhere. */
export function physicalCores(folder = '/sys/devices/system/cpu'): number | undefined {
  try {
    const siblings = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}/topology/thread_siblings_list`, 'utf8').trim())
    return new Set(siblings).size || undefined
  } catch {
    return undefined
  }
}
