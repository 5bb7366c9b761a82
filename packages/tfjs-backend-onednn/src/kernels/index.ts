/**
 * Every native kernel, collected from the files that define them.
 *
 * @module
 */
import type { KernelConfig } from '@tensorflow/tfjs-core'

import { kernels as conv2d } from './conv/conv2d.ts'

/** All kernels of the addon; a later one of the same name would replace an earlier one, so names are unique. */
export const nativeKernels: readonly KernelConfig[] = [conv2d].flat()
