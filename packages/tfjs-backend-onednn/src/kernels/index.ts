/**
 * Every native kernel, collected from the files that define them.
 *
 * @module
 */
import type { KernelConfig } from '@tensorflow/tfjs-core'

import { kernels as compare } from './compare/compare.ts'
import { kernels as conv2d } from './conv/conv2d.ts'
import { kernels as conv3d } from './conv/conv3d.ts'
import { kernels as depthwise } from './conv/depthwise.ts'
import { kernels as fusedConv2d } from './conv/fused-conv2d.ts'
import { kernels as binary } from './elementwise/binary.ts'
import { kernels as cast } from './elementwise/cast.ts'
import { kernels as fill } from './elementwise/fill.ts'
import { kernels as unary } from './elementwise/unary.ts'
import { kernels as convParts } from './fused/conv-parts.ts'
import { kernels as fusedLoss } from './fused/loss.ts'
import { kernels as normActivation } from './fused/norm-activation.ts'
import { kernels as optimizerSteps } from './fused/optimizer-steps.ts'
import { kernels as fusedResize } from './fused/resize.ts'
import { kernels as windowMax } from './fused/window-max.ts'
import { kernels as matmul } from './matmul/matmul.ts'
import { kernels as byIndex } from './movement/by-index.ts'
import { kernels as concat } from './movement/concat.ts'
import { kernels as pad } from './movement/pad.ts'
import { kernels as rearrange } from './movement/rearrange.ts'
import { kernels as slice } from './movement/slice.ts'
import { kernels as pool } from './pool/pool.ts'
import { kernels as argExtreme } from './reduce/arg-extreme.ts'
import { kernels as reduce } from './reduce/reduce.ts'
import { kernels as select } from './select/select.ts'
import { kernels as softmax } from './softmax/softmax.ts'

/** All kernels of the addon; names are unique. */
export const nativeKernels: readonly KernelConfig[] = [
  ...[conv2d, conv3d, depthwise, fusedConv2d, matmul, pool],
  ...[binary, unary, cast, fill, compare, select, reduce, argExtreme, softmax],
  ...[concat, slice, pad, rearrange, byIndex],
  ...[convParts, fusedLoss, normActivation, optimizerSteps, fusedResize, windowMax],
].flat()
