/**
 * Pooling, resizing and channel copies on the kernels of kernels.c.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import type { SparseRows } from './sparse-rows.ts'
import type { WasmCall } from './wasm-call.ts'

// A job touches about this many floats: enough to outweigh handing it to a thread.
const floatsPerJob = 32_768

/** `x` times a sparse matrix along `axis`. */
export function wasmAxisMatrix(
  call: WasmCall,
  x: TensorInfo,
  { axis, matrix }: { axis: number; matrix: SparseRows },
): TensorInfo {
  const outer = product(x.shape.slice(0, axis))
  const inner = product(x.shape.slice(axis + 1))
  const y = call.output(x.shape.map((length, index) => (index === axis ? matrix.rows : length)))
  const rows = outer * matrix.rows
  const rowsPerJob = Math.max(1, Math.floor(floatsPerJob / inner))
  call.run(
    'axis_matrix',
    [
      call.at(x),
      call.at(y),
      call.integers(matrix.start),
      call.integers(matrix.column),
      call.floats(matrix.weight),
      matrix.columns,
      matrix.rows,
      inner,
      rows,
      rowsPerJob,
    ],
    Math.ceil(rows / rowsPerJob),
  )
  return y
}

/** Largest value of each window. */
export function wasmMaxPool(call: WasmCall, x: TensorInfo, { window }: { window: readonly number[] }): TensorInfo {
  const sizes = poolSizes(x, window)
  const y = call.output([sizes.batch, ...sizes.output.slice(3 - window.length), sizes.channels])
  call.run('max_pool', [call.at(x), 0, 0, call.at(y), ...sizes.list], sizes.jobs)
  return y
}

/** The gradient of wasmMaxPool for its input. */
export function wasmMaxPoolGradient(
  call: WasmCall,
  { dy, input, output }: { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
  { window }: { window: readonly number[] },
): TensorInfo {
  const sizes = poolSizes(input, window)
  const dx = call.output(input.shape)
  call.run('max_pool_gradient', [call.at(input), call.at(output), call.at(dy), call.at(dx), ...sizes.list], sizes.jobs)
  return dx
}

/** Tensors of equal leading shape, one after the other along the last axis. */
export function wasmConcatChannels(call: WasmCall, parts: readonly TensorInfo[]): TensorInfo {
  const channels = parts.map(({ shape }) => shape[shape.length - 1])
  const total = channels.reduce((sum, count) => sum + count, 0)
  const lead = parts[0].shape.slice(0, -1)
  const y = call.output([...lead, total])
  let offset = 0
  parts.forEach((part, index) => {
    copyRows(call, {
      from: call.at(part),
      to: call.at(y) + offset * 4,
      steps: [channels[index], total],
      width: channels[index],
      rows: product(lead),
    })
    offset += channels[index]
  })
  return y
}

/** The pieces of `x` of the given sizes along the last axis. */
export function wasmSplitChannels(call: WasmCall, x: TensorInfo, sizes: readonly number[]): TensorInfo[] {
  const lead = x.shape.slice(0, -1)
  const total = x.shape[x.shape.length - 1]
  let offset = 0
  return sizes.map((size) => {
    const part = call.output([...lead, size])
    copyRows(call, {
      from: call.at(x) + offset * 4,
      to: call.at(part),
      steps: [total, size],
      width: size,
      rows: product(lead),
    })
    offset += size
    return part
  })
}

interface RowCopy {
  readonly from: number
  readonly to: number
  readonly steps: readonly [from: number, to: number]
  readonly width: number
  readonly rows: number
}

function copyRows(call: WasmCall, { from, to, steps, width, rows }: RowCopy): void {
  const rowsPerJob = Math.max(1, Math.floor(floatsPerJob / Math.max(width, 1)))
  call.run('copy_rows', [from, to, ...steps, width, rows, rowsPerJob], Math.ceil(rows / rowsPerJob))
}

function poolSizes(
  x: TensorInfo,
  window: readonly number[],
): { batch: number; output: number[]; channels: number; list: number[]; jobs: number } {
  const spatial = window.length === 3 ? x.shape.slice(1, 4) : [1, ...x.shape.slice(1, 3)]
  const size = window.length === 3 ? [...window] : [1, ...window]
  const output = spatial.map((length, axis) => Math.ceil(length / size[axis]))
  const before = spatial.map((length, axis) => Math.floor((output[axis] * size[axis] - length) / 2))
  const channels = x.shape[x.shape.length - 1]
  return {
    batch: x.shape[0],
    output,
    channels,
    list: [...spatial, channels, ...output, ...size, ...before],
    jobs: x.shape[0] * output[0],
  }
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((all, length) => all * length, 1)
}
