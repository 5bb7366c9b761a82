/**
 * Whether the active backend has the kernels of this package, and the names they are registered under.
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
  norm: 'LeanvoxNorm',
  normGradient: 'LeanvoxNormGradient',
} as const

/** True on the wasm backend started by this package. */
export function hasOwnKernels(): boolean {
  return getKernel(ownKernelNames.conv, getBackend()) !== undefined
}
