/**
 * What runs the kernels, in values a report can print.
 *
 * @module
 */
import { isAvailable, native, whyUnavailable } from './native.ts'
import { precision, type Precision } from './precision.ts'
import { threads } from './set-threads.ts'

/** The state of the backend. */
export interface Description {
  readonly available: boolean
  /** Why not, and how to get it; empty when available. */
  readonly reason: string
  /** oneDNN's version; empty without the addon. */
  readonly onednn: string
  /** Which instructions compute bfloat16 here. */
  readonly bfloat16: 'amx' | 'avx512' | 'none'
  readonly threads: number
  readonly precision: Precision
}

/** Describes the backend as it is now; never throws. */
export function describe(): Description {
  const { version, bfloat16 } = isAvailable() ? native().describe() : { version: '', bfloat16: 'none' as const }
  return {
    available: isAvailable(),
    reason: whyUnavailable(),
    onednn: version,
    bfloat16,
    threads: threads(),
    precision: precision(),
  }
}
