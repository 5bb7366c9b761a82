/**
 * The three passes of a convolution on the kernels of kernels.c.
 *
 * The source is copied once into a border of zeros, so that no kernel tests for edges; weights are laid out in panels of
 * eight output channels. Where taps lie together along the width they are read as one run of floats.
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import type { ConvGeometry } from './conv-geometry.ts'
import { forwardPlan, inputGradientPlans, type AxisPlan } from './conv-plan.ts'
import type { WasmCall } from './wasm-call.ts'

// A job of the convolution kernel reads about this many floats of x, so that they stay in a core's cache.
const floatsPerJob = 65_536
// The filter kernel keeps this many floats of x and dy in the cache while it visits every block of channels.
const floatsPerChunk = 8192

/** y from x and the filter. */
export function wasmConvForward(
  call: WasmCall,
  { x, filter }: { x: TensorInfo; filter: TensorInfo },
  geometry: ConvGeometry,
): TensorInfo {
  const { batch, output, inChannels, outChannels } = geometry
  const y = call.output([batch, ...output, outChannels])
  const plan = forwardPlan(geometry)
  const source = padded(call, { tensor: x, plan, batch, channels: inChannels })
  correlate(call, { source, plan, filter, target: y, geometry, transposed: false })
  return y
}

/** dx from dy and the filter. */
export function wasmConvInputGradient(
  call: WasmCall,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  geometry: ConvGeometry,
): TensorInfo {
  const { batch, input, inChannels, outChannels } = geometry
  const dx = call.output([batch, ...input, inChannels])
  for (const plan of inputGradientPlans(geometry)) {
    const source = padded(call, { tensor: dy, plan, batch, channels: outChannels })
    correlate(call, { source, plan, filter, target: dx, geometry, transposed: true })
  }
  return dx
}

/** dfilter from x and dy. */
export function wasmConvFilterGradient(
  call: WasmCall,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  geometry: ConvGeometry,
): TensorInfo {
  const { batch, output, inChannels, outChannels, kernel } = geometry
  const result = call.output([...kernel, inChannels, outChannels])
  const plan = forwardPlan(geometry)
  const source = padded(call, { tensor: x, plan, batch, channels: inChannels })
  const co = Math.ceil(outChannels / 8) * 8
  const targets = output.reduce((product, length) => product * length, batch)
  const gradient =
    co === outChannels ? call.at(dy) : widen(call, { address: call.at(dy), rows: targets, from: outChannels, to: co })
  const { offsets, inner } = tapOffsets(source, plan)
  const panels = call.scratch(offsets.length * inner * co)
  const [d, h, w] = plan.map(({ target }) => target)
  const [xd, xh, xw] = targetSteps(source, plan)
  const rowsPerChunk = Math.max(1, Math.floor(floatsPerChunk / (w * (inChannels + co))))
  call.run(
    'conv_filter',
    [
      source.address,
      gradient,
      panels,
      call.at(result),
      call.integers(offsets),
      offsets.length,
      inner,
      d,
      h,
      w,
      co,
      outChannels,
      source.steps[0] * source.shape[0],
      xd,
      xh,
      xw,
      batch * d * h,
      rowsPerChunk,
    ],
    (offsets.length * co) / 8,
  )
  return result
}

interface Source {
  readonly address: number
  readonly shape: readonly number[]
  /** Floats from one place to the next along depth, height and width. */
  readonly steps: readonly [number, number, number]
  readonly channels: number
  /** Where the source starts inside its border. */
  readonly origin: readonly number[]
}

function padded(
  call: WasmCall,
  { tensor, plan, batch, channels }: { tensor: TensorInfo; plan: readonly AxisPlan[]; batch: number; channels: number },
): Source {
  const origin = plan.map(({ before }) => before)
  const shape = plan.map(({ source, before, after }) => before + source + after)
  const [d, h, w] = plan.map(({ source }) => source)
  const steps = [shape[1] * shape[2] * channels, shape[2] * channels, channels] as const
  if (plan.every(({ before, after }) => before === 0 && after === 0))
    return { address: call.at(tensor), shape, steps, channels, origin }
  const address = call.scratch(batch * shape[0] * steps[0])
  call.run('pad', [call.at(tensor), address, d, h, w, channels, ...shape, channels, ...origin], batch * shape[0])
  return { address, shape, steps, channels, origin }
}

// Appends zero channels to rows of `from` floats so that they have `to`.
function widen(
  call: WasmCall,
  { address, rows, from, to }: { address: number; rows: number; from: number; to: number },
): number {
  const wide = call.scratch(rows * to)
  const pieces = Math.min(rows, 64)
  const each = Math.floor(rows / pieces)
  call.run('pad', [address, wide, 1, 1, each, from, 1, 1, each, to, 0, 0, 0], pieces)
  const rest = rows - pieces * each
  const done = pieces * each
  if (rest > 0)
    call.run('pad', [address + done * from * 4, wide + done * to * 4, 1, 1, rest, from, 1, 1, rest, to, 0, 0, 0], 1)
  return wide
}

// The offset of every run of taps in the padded source. Taps that are neighbours along the width make one run.
function tapOffsets(
  { steps, channels, origin }: Source,
  plan: readonly AxisPlan[],
): { offsets: number[]; inner: number } {
  const [depth, height, width] = plan.map(({ taps }, axis) =>
    taps.map(({ delta }) => (delta + origin[axis]) * steps[axis]),
  )
  const together = width.length > 0 && width.every((offset, index) => offset === width[0] + index * channels)
  const runs = together ? [width[0]] : width
  const offsets = depth.flatMap((z) => height.flatMap((y) => runs.map((x) => z + y + x)))
  return { offsets, inner: together ? width.length * channels : channels }
}

function targetSteps({ steps }: Source, plan: readonly AxisPlan[]): [number, number, number] {
  return [plan[0].step * steps[0], plan[1].step * steps[1], plan[2].step * steps[2]]
}

interface Correlation {
  readonly source: Source
  readonly plan: readonly AxisPlan[]
  readonly filter: TensorInfo
  readonly target: TensorInfo
  readonly geometry: ConvGeometry
  readonly transposed: boolean
}

function correlate(call: WasmCall, { source, plan, filter, target, geometry, transposed }: Correlation): void {
  const { batch, inChannels, outChannels } = geometry
  const co = transposed ? inChannels : outChannels
  const panels = packPanels(call, { plan, filter, geometry, transposed })
  const { offsets, inner } = tapOffsets(source, plan)
  const [d, h, w] = plan.map((axis) => axis.target)
  const [sizeD, sizeH, sizeW] = target.shape.length === 5 ? target.shape.slice(1, 4) : [1, ...target.shape.slice(1, 3)]
  const lead = [sizeH * sizeW * co, sizeW * co, co]
  const start = plan.reduce((offset, { first }, axis) => offset + first * lead[axis], 0)
  const yn = sizeD * lead[0]
  const [yd, yh, yw] = plan.map(({ stride }, axis) => stride * lead[axis])
  const [xd, xh, xw] = targetSteps(source, plan)
  const rows = batch * d * h
  const rowsPerJob = Math.max(
    1,
    Math.min(Math.floor(floatsPerJob / (w * source.channels)), Math.ceil(rows / (2 * call.threads))),
  )
  call.run(
    'conv',
    [
      source.address,
      panels,
      call.at(target) + start * 4,
      call.integers(offsets),
      offsets.length,
      inner,
      d,
      h,
      w,
      co,
      source.steps[0] * source.shape[0],
      xd,
      xh,
      xw,
      yn,
      yd,
      yh,
      yw,
      rows,
      rowsPerJob,
    ],
    Math.ceil(rows / rowsPerJob),
  )
}

function packPanels(
  call: WasmCall,
  { plan, filter, geometry, transposed }: Pick<Correlation, 'plan' | 'filter' | 'geometry' | 'transposed'>,
): number {
  const { inChannels, outChannels } = geometry
  const kernel = geometry.rank === 3 ? geometry.kernel : [1, ...geometry.kernel]
  const [depth, height, width] = plan.map(({ taps }) => taps.map(({ index }) => index))
  const taps = depth.flatMap((z) => height.flatMap((y) => width.map((x) => (z * kernel[1] + y) * kernel[2] + x)))
  const [inputs, outputs] = transposed ? [outChannels, inChannels] : [inChannels, outChannels]
  const blocks = Math.ceil(outputs / 8)
  const panels = call.scratch(blocks * taps.length * inputs * 8)
  call.run(
    'pack',
    [call.at(filter), panels, call.integers(taps), taps.length, inChannels, outChannels, transposed ? 1 : 0],
    blocks,
  )
  return panels
}
