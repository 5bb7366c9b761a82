/**
 * The list of numbers that describes a pooling to the addon; two dimensions are three with a depth of 1.
 *
 * @module
 */
import type { backend_util } from '@tensorflow/tfjs-core'

/** The attributes of pooling in two dimensions; undefined for channels first. */
export function poolAttributes2D(geometry: backend_util.Conv2DInfo): Int32Array | undefined {
  if (geometry.dataFormat !== 'channelsLast') return undefined
  return list([
    [geometry.batchSize, geometry.inChannels],
    [1, geometry.inHeight, geometry.inWidth],
    [1, geometry.outHeight, geometry.outWidth],
    [1, geometry.filterHeight, geometry.filterWidth],
    [1, geometry.strideHeight, geometry.strideWidth],
    [1, geometry.dilationHeight, geometry.dilationWidth],
    [0, geometry.padInfo.top, geometry.padInfo.left],
  ])
}

/** The attributes of pooling in three dimensions; undefined for channels first. */
export function poolAttributes3D(geometry: backend_util.Conv3DInfo): Int32Array | undefined {
  if (geometry.dataFormat !== 'channelsLast') return undefined
  return list([
    [geometry.batchSize, geometry.inChannels],
    [geometry.inDepth, geometry.inHeight, geometry.inWidth],
    [geometry.outDepth, geometry.outHeight, geometry.outWidth],
    [geometry.filterDepth, geometry.filterHeight, geometry.filterWidth],
    [geometry.strideDepth, geometry.strideHeight, geometry.strideWidth],
    [geometry.dilationDepth, geometry.dilationHeight, geometry.dilationWidth],
    [geometry.padInfo.front, geometry.padInfo.top, geometry.padInfo.left],
  ])
}

// Padding may be negative: tfjs computes 'same' so in three dimensions when a stride is larger than the filter. Numbers that
// are not whole or too large never reach the addon.
function list(groups: number[][]): Int32Array | undefined {
  const numbers = groups.flat()
  const sizes = groups.slice(0, -1).flat()
  const whole = numbers.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
  return whole && sizes.every((size) => size > 0) ? Int32Array.from(numbers) : undefined
}
