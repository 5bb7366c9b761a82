/**
 * Every native kernel, collected from the files that define them.
 *
 * @module
 */
import type { KernelConfig } from '@tensorflow/tfjs-core'

import { kernels as conv2d } from './conv/conv2d.ts'
import { kernels as conv3d } from './conv/conv3d.ts'
import { kernels as depthwise } from './conv/depthwise.ts'
import { kernels as fusedConv2d } from './conv/fused-conv2d.ts'
import { kernels as matmul } from './matmul/matmul.ts'
import { kernels as pool } from './pool/pool.ts'

/** All kernels of the addon; names are unique. */
export const nativeKernels: readonly KernelConfig[] = [conv2d, conv3d, depthwise, fusedConv2d, matmul, pool].flat()
