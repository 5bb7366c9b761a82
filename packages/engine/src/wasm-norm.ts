/**
 * Forward and backward pass of normActivation on the kernels of kernels.c.
 *
 * Each pass is one reduction over chunks of places and one elementwise pass; the few numbers in between are combined
 * here in float64: chunk means and deviations by the formula of Chan, Golub and LeVeque (1983).
 *
 * @module
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'

import type { NormSettings } from './norm-kernels.ts'
import type { Argument, WasmCall } from './wasm-call.ts'

// A job reads about this many floats, so that its second look at them finds them in the cache.
const floatsPerJob = 16_384

interface NormInputs {
  readonly x: TensorInfo
  readonly scale?: TensorInfo
  readonly offset?: TensorInfo
}

/** y, and the coefficients a, b, mean, rstd as [4, batch, 1, channels]. */
export function wasmNorm(call: WasmCall, { x, scale, offset }: NormInputs, settings: NormSettings): TensorInfo[] {
  const { batch, channels, normalise } = settings
  const { mean, rstd } = normalise
    ? statistics(call, x, settings)
    : { mean: new Float64Array(batch * channels), rstd: new Float64Array(batch * channels).fill(1) }
  const gain = channelValues(call, scale, { channels, fallback: 1 })
  const shift = channelValues(call, offset, { channels, fallback: 0 })
  const a = rstd.map((value, index) => value * gain[index % channels])
  const b = mean.map((value, index) => shift[index % channels] - value * a[index])
  const y = call.output(x.shape)
  const coefficients = call.output([4, batch, 1, channels])
  const packed = call.floats([...a, ...b, ...mean, ...rstd])
  const count = 4 * batch * channels
  call.run('copy_rows', [packed, call.at(coefficients), count, count, count, 1, 1], 1)
  runChunks(call, settings, { name: 'norm_apply', x: call.at(x), out: call.at(y), coefficients: call.at(coefficients) })
  return [y, coefficients]
}

/** Gradients for x, scale and offset. */
export function wasmNormGradient(
  call: WasmCall,
  {
    x,
    dy,
    coefficients,
    scale,
  }: { x: TensorInfo; dy: TensorInfo; coefficients: TensorInfo; scale?: TensorInfo | undefined },
  settings: NormSettings,
): TensorInfo[] {
  const { batch, channels, normalise } = settings
  const addresses = { x: call.at(x), dy: call.at(dy), coefficients: call.at(coefficients) }
  const { sums, products } = gradientSums(call, addresses, settings)
  const [dScale, dOffset] = [products, sums].map((values) => channelOutput(call, values, channels))
  const dx = call.output(x.shape)
  const slopes = new Float32Array(batch * channels)
  const constants = new Float32Array(batch * channels)
  if (normalise) {
    const gain = channelValues(call, scale, { channels, fallback: 1 })
    const m1 = groupMeans(
      sums.map((value, index) => value * gain[index % channels]),
      settings,
    )
    const m2 = groupMeans(
      products.map((value, index) => value * gain[index % channels]),
      settings,
    )
    const [mean, rstd] = [2, 3].map((row) =>
      call.readFloats(addresses.coefficients + row * batch * channels * 4, batch * channels),
    )
    rstd.forEach((value, index) => {
      slopes[index] = -value * value * m2[index]
      constants[index] = value * (mean[index] * value * m2[index] - m1[index])
    })
  }
  runChunks(call, settings, {
    name: 'norm_gradient_apply',
    ...addresses,
    out: call.at(dx),
    slopes: call.floats(slopes),
    constants: call.floats(constants),
  })
  return [dx, dScale, dOffset]
}

interface ChunkAddresses {
  readonly x: number
  readonly out: number
  readonly coefficients: number
  readonly dy?: number
  readonly slopes?: number
  readonly constants?: number
}

interface ChunkCall extends ChunkAddresses {
  readonly name: 'norm_statistics' | 'norm_apply' | 'norm_gradient_sums' | 'norm_gradient_apply'
}

function runChunks(
  call: WasmCall,
  settings: NormSettings,
  { name, x, out, coefficients, dy = 0, slopes = 0, constants = 0 }: ChunkCall,
): void {
  const { batch, space, channels, leakiness } = settings
  const length = chunkLength(settings)
  const [a, b, mean, rstd] = [0, 1, 2, 3].map((row) => coefficients + row * batch * channels * 4)
  const args: Argument[] = [
    x,
    dy,
    out,
    a,
    b,
    mean,
    rstd,
    slopes,
    constants,
    space,
    channels,
    length,
    { float: leakiness },
  ]
  call.run(name, args, batch * Math.ceil(space / length))
}

function chunkLength({ channels }: NormSettings): number {
  return Math.max(1, Math.floor(floatsPerJob / channels))
}

function statistics(call: WasmCall, x: TensorInfo, settings: NormSettings): { mean: Float64Array; rstd: Float64Array } {
  const { batch, space, channels, groups, epsilon } = settings
  const length = chunkLength(settings)
  const chunks = Math.ceil(space / length)
  const partial = call.scratch(batch * chunks * 2 * channels)
  runChunks(call, settings, { name: 'norm_statistics', x: call.at(x), out: partial, coefficients: 0 })
  const values = call.readFloats(partial, batch * chunks * 2 * channels)
  const mean = new Float64Array(batch * channels)
  const rstd = new Float64Array(batch * channels)
  const size = channels / groups
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      let [count, average, deviation] = [0, 0, 0]
      for (let chunk = 0; chunk < chunks; chunk++) {
        const places = Math.min(length, space - chunk * length)
        for (let channel = group * size; channel < (group + 1) * size; channel++) {
          const at = (n * chunks + chunk) * 2 * channels + channel
          const delta = values[at] - average
          const total = count + places
          average += (delta * places) / total
          deviation += values[at + channels] + (delta * delta * count * places) / total
          count = total
        }
      }
      mean.fill(average, n * channels + group * size, n * channels + (group + 1) * size)
      rstd.fill(
        1 / Math.sqrt(deviation / count + epsilon),
        n * channels + group * size,
        n * channels + (group + 1) * size,
      )
    }
  }
  return { mean, rstd }
}

function gradientSums(
  call: WasmCall,
  addresses: Omit<ChunkAddresses, 'out'>,
  settings: NormSettings,
): { sums: Float64Array; products: Float64Array } {
  const { batch, space, channels } = settings
  const chunks = Math.ceil(space / chunkLength(settings))
  const partial = call.scratch(batch * chunks * 2 * channels)
  runChunks(call, settings, { name: 'norm_gradient_sums', ...addresses, out: partial })
  const values = call.readFloats(partial, batch * chunks * 2 * channels)
  const sums = new Float64Array(batch * channels)
  const products = new Float64Array(batch * channels)
  for (let row = 0; row < batch * chunks; row++) {
    const to = Math.floor(row / chunks) * channels
    for (let channel = 0; channel < channels; channel++) {
      sums[to + channel] += values[row * 2 * channels + channel]
      products[to + channel] += values[(row * 2 + 1) * channels + channel]
    }
  }
  return { sums, products }
}

// The mean over each group, repeated for each of its channels.
function groupMeans(sums: Float64Array, { space, channels, groups }: NormSettings): Float64Array {
  const size = channels / groups
  const means = new Float64Array(sums.length)
  for (let first = 0; first < sums.length; first += size) {
    const total = sums.subarray(first, first + size).reduce((all, value) => all + value, 0)
    means.fill(total / (space * size), first, first + size)
  }
  return means
}

function channelValues(
  call: WasmCall,
  tensor: TensorInfo | undefined,
  { channels, fallback }: { channels: number; fallback: number },
): Float32Array {
  return tensor === undefined ? new Float32Array(channels).fill(fallback) : call.readFloats(call.at(tensor), channels)
}

// Sums [batch, channels] over the batch into a new tensor [channels].
function channelOutput(call: WasmCall, values: Float64Array, channels: number): TensorInfo {
  const totals = new Float32Array(channels)
  values.forEach((value, index) => {
    totals[index % channels] += value
  })
  const output = call.output([channels])
  call.run('copy_rows', [call.floats(totals), call.at(output), channels, channels, channels, 1, 1], 1)
  return output
}
