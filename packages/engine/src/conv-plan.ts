/**
 * A convolution as sums over taps: y[o] = sum over taps of x[o * step + delta] . w[tap], one list of taps an axis.
 *
 * Forward pass and gradients are this one form with other numbers. For the input gradient of a convolution of stride s,
 * the inputs i = r + s * j of each residue r form a convolution of stride 1 over dy, with the taps k for which
 * (r + pad - k * dilation) is a multiple of s; there are s plans an axis.
 *
 * @module
 */
import type { ConvGeometry } from './conv-geometry.ts'

/** One axis: the taps (kernel index and offset), the step of the source for one target, and both lengths. */
export interface AxisPlan {
  readonly taps: readonly { readonly index: number; readonly delta: number }[]
  readonly step: number
  readonly source: number
  readonly target: number
  /** Zeros that the source needs before and after so that every tap reads inside. */
  readonly before: number
  readonly after: number
  /** Where the targets lie in the result: first + stride * j. */
  readonly first: number
  readonly stride: number
}

/** The plan of the forward pass along each of three axes (two-dimensional geometries get a depth of 1). */
export function forwardPlan(geometry: ConvGeometry): AxisPlan[] {
  return threeAxes(geometry).map(({ input, kernel, stride, dilation, output, pad }) => {
    const taps = range(kernel).map((index) => ({ index, delta: index * dilation - pad }))
    return bounded({ taps, step: stride, source: input, target: output, first: 0, stride: 1 })
  })
}

/** The plans of the input gradient: one for each combination of residues. */
export function inputGradientPlans(geometry: ConvGeometry): AxisPlan[][] {
  const perAxis = threeAxes(geometry).map(({ input, kernel, stride, dilation, output, pad }) =>
    range(Math.min(stride, input)).map((residue) => {
      const taps = range(kernel)
        .map((index) => ({ index, delta: (residue + pad - index * dilation) / stride }))
        .filter(({ delta }) => Number.isInteger(delta))
        .sort((a, b) => a.delta - b.delta)
      return bounded({
        taps,
        step: 1,
        source: output,
        target: Math.ceil((input - residue) / stride),
        first: residue,
        stride,
      })
    }),
  )
  return perAxis.reduce<AxisPlan[][]>(
    (plans, axis) => plans.flatMap((plan) => axis.map((next) => [...plan, next])),
    [[]],
  )
}

interface AxisGeometry {
  readonly input: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly output: number
  readonly pad: number
}

function threeAxes({ rank, input, kernel, strides, dilation, output, padBefore }: ConvGeometry): AxisGeometry[] {
  const axes = input.map((length, axis) => ({
    input: length,
    kernel: kernel[axis],
    stride: strides[axis],
    dilation: dilation[axis],
    output: output[axis],
    pad: padBefore[axis],
  }))
  return rank === 3 ? axes : [{ input: 1, kernel: 1, stride: 1, dilation: 1, output: 1, pad: 0 }, ...axes]
}

function bounded(plan: Omit<AxisPlan, 'before' | 'after'>): AxisPlan {
  const deltas = plan.taps.map(({ delta }) => delta)
  const lowest = Math.min(0, ...deltas)
  const highest = Math.max(0, ...deltas) + (plan.target - 1) * plan.step
  return { ...plan, before: -lowest, after: Math.max(0, highest - (plan.source - 1)) }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}
