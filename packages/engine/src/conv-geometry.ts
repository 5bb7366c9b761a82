/**
 * Sizes of a convolution: what is padded, what comes out.
 *
 * 'same' follows TensorFlow: out = ceil(in / stride), and of an odd padding the larger half goes to the end.
 * 'valid' pads nothing: out = ceil((in - kernel + 1) / stride).
 *
 * @module
 */

/** Strides and dilation (one number for all axes, or one an axis) and padding of a convolution. */
export interface ConvOptions {
  readonly strides?: number | readonly number[]
  readonly dilation?: number | readonly number[]
  readonly padding?: 'same' | 'valid'
}

/** The sizes of one convolution; every list has one entry for each spatial axis. */
export interface ConvGeometry {
  readonly rank: 2 | 3
  readonly batch: number
  readonly inChannels: number
  readonly outChannels: number
  readonly input: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly output: readonly number[]
  readonly padBefore: readonly number[]
  readonly padding: 'same' | 'valid'
}

/**
 * The geometry of a convolution of `x` [batch, ...spatial, in] with `filter` [...kernel, in, out].
 *
 * @throws RangeError when the ranks are not 4 or 5, the channels differ, or 'valid' leaves no output
 */
export function convGeometry(
  { x, filter }: { x: readonly number[]; filter: readonly number[] },
  { strides = 1, dilation = 1, padding = 'same' }: ConvOptions = {},
): ConvGeometry {
  if ((x.length !== 4 && x.length !== 5) || filter.length !== x.length) {
    throw new RangeError(
      `conv: expected x and filter both of rank 4 or both of rank 5, got shapes [${x}] and [${filter}]`,
    )
  }
  const rank = (x.length - 2) as 2 | 3
  const [inChannels, outChannels] = filter.slice(-2)
  if (x[rank + 1] !== inChannels) {
    throw new RangeError(
      `conv: expected a filter for ${x[rank + 1]} input channels, got ${inChannels} in shape [${filter}]`,
    )
  }
  const input = x.slice(1, -1)
  const kernel = filter.slice(0, rank)
  const steps = perAxis(strides, rank)
  const rates = perAxis(dilation, rank)
  const reach = kernel.map((taps, axis) => (taps - 1) * rates[axis] + 1)
  const output = input.map((size, axis) => outputSize(size, reach[axis], { stride: steps[axis], padding }))
  if (output.some((size) => size < 1)) {
    throw new RangeError(`conv: expected an input of at least [${reach}] with padding 'valid', got [${input}]`)
  }
  const total = input.map((size, axis) =>
    padding === 'valid' ? 0 : Math.max(0, (output[axis] - 1) * steps[axis] + reach[axis] - size),
  )
  const padBefore = total.map((size) => Math.floor(size / 2))
  return {
    rank,
    batch: x[0],
    inChannels,
    outChannels,
    input,
    kernel,
    strides: steps,
    dilation: rates,
    output,
    padBefore,
    padding,
  }
}

/** One number an axis from one number for all axes or a list. */
export function perAxis(value: number | readonly number[], rank: number): number[] {
  const list = typeof value === 'number' ? Array.from({ length: rank }, () => value) : [...value]
  if (list.length !== rank || list.some((item) => !Number.isInteger(item) || item < 1)) {
    throw new RangeError(`conv: expected ${rank} positive integers or one of them, got [${list}]`)
  }
  return list
}

function outputSize(
  size: number,
  kernel: number,
  { stride, padding }: { stride: number; padding: 'same' | 'valid' },
): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.ceil((size - kernel + 1) / stride)
}
