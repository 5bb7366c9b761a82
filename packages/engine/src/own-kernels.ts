/**
 * Kernels beyond tfjs's own that the active backend may have, and the names they are registered under.
 *
 * This package registers its own with tfjs's wasm backend; the onednn backend brings some of them, and fused ones.
 *
 * @module
 */
import { getBackend, getKernel } from '@tensorflow/tfjs-core'

/** Names in tfjs's kernel registry. */
export const ownKernelNames = {
  conv: 'LeanvoxConv',
  convInput: 'LeanvoxConvInput',
  convFilter: 'LeanvoxConvFilter',
  axisMatrix: 'LeanvoxAxisMatrix',
  maxPool: 'LeanvoxMaxPool',
  maxPoolGradient: 'LeanvoxMaxPoolGradient',
  norm: 'LeanvoxNormActivation',
  normGradient: 'LeanvoxNormActivationGrad',
} as const

/** True on the wasm backend started by this package. */
export function hasOwnKernels(): boolean {
  return getKernel(ownKernelNames.conv, getBackend()) !== undefined
}

/** True when the active backend has a kernel of that name. */
export function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined
}
