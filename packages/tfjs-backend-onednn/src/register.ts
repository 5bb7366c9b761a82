/**
 * Puts the backend 'onednn' and its kernels into tfjs's registries.
 *
 * First every kernel of the cpu backend, then the native ones over them.
 *
 * @module
 */
import '@tensorflow/tfjs-backend-cpu'
import { findBackend, getKernelsForBackend, registerBackend, registerKernel } from '@tensorflow/tfjs-core'

import { OnednnBackend } from './backend.ts'
import { BufferPool } from './buffer-pool.ts'
import { registerConv3dTransposeGradient } from './kernels/conv/gradient-conv3d.ts'
import { nativeKernels } from './kernels/index.ts'
import { backendName } from './kernels/kernel.ts'
import { isAvailable, native } from './native.ts'
import { defaultThreads } from './threads.ts'

// Above tfjs-node's 3: a program that imports this package means to use it.
const priority = 4

let pool: BufferPool | undefined

/** The memory pool of the backend; undefined without the addon. */
export function currentPool(): BufferPool | undefined {
  return pool
}

/** Registers backend and kernels when the addon loads; calling it again does nothing. */
export function register(): boolean {
  if (!isAvailable()) return false
  if (pool !== undefined) return true
  const addon = native()
  addon.setThreads(defaultThreads({ onednn: addon.threads(), environment: process.env }))
  pool = new BufferPool(addon)
  const memory = pool
  registerBackend(backendName, () => new OnednnBackend(memory), priority)
  registerKernels()
  registerConv3dTransposeGradient()
  return findBackend(backendName) !== null
}

function registerKernels(): void {
  const replaced = new Set(nativeKernels.map(({ kernelName }) => kernelName))
  for (const kernel of getKernelsForBackend('cpu')) {
    if (!replaced.has(kernel.kernelName)) registerKernel({ ...kernel, backendName })
  }
  for (const kernel of nativeKernels) registerKernel(kernel)
}
