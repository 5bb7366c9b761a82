/**
 * A TensorFlow.js backend for Node on oneDNN. Importing it registers 'onednn' when the addon loads.
 *
 * @module
 */
import { register } from './register.ts'

register()

export { OnednnBackend } from './backend.ts'
export { convolutionSeconds } from './convolution-time.ts'
export { isAvailable, whyUnavailable } from './native.ts'
export { describe, type Description } from './describe.ts'
export { memoryPool, type MemoryPool } from './memory-pool.ts'
export { precision, setPrecision, type Precision } from './precision.ts'
export { setThreads, threads } from './set-threads.ts'
