/**
 * What one forward pass over one item costs when it runs: milliseconds and bytes.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import type { Network, UNetSpec } from '@leanvox/nets'
import { engine, memory, type Tensor, zeros } from '@tensorflow/tfjs-core'

export interface ForwardModel {
  readonly network: Network<UNetSpec>
  readonly weights: NamedTensors
  readonly spatial: readonly number[]
}

/** Wall time of a pass over zeros, the result read back. */
export function forwardMilliseconds(model: ForwardModel, clock: () => number): number {
  const x = inputOf(model)
  const start = clock()
  const logits = model.network.apply(model.weights, x)
  logits.dataSync()
  const end = clock()
  logits.dispose()
  x.dispose()
  return end - start
}

/**
 * Most bytes in tensors at any time of a pass: input and weights, and what the pass allocates. Buffers that a kernel uses
 * within itself are not tensors and not counted.
 */
export function forwardPeakBytes(model: ForwardModel): number {
  const before = memory().numBytes
  const own = Object.values(model.weights).reduce((sum, { size }) => sum + 4 * size, 0)
  const x = inputOf(model)
  const { logits, peak } = watched(() => model.network.apply(model.weights, x))
  logits.dispose()
  x.dispose()
  return peak - before + own
}

// tfjs counts bytes as tensors come (trackTensor); its own profile() would also time every kernel.
function watched(run: () => Tensor): { logits: Tensor; peak: number } {
  const tracker = engine() as unknown as {
    trackTensor: (...parameters: unknown[]) => void
    state: { numBytes: number }
  }
  const { trackTensor } = tracker
  let peak = 0
  tracker.trackTensor = function (this: unknown, ...parameters) {
    trackTensor.apply(this, parameters)
    peak = Math.max(peak, tracker.state.numBytes)
  }
  try {
    return { logits: run(), peak }
  } finally {
    delete (tracker as Partial<typeof tracker>).trackTensor // an own property that hid the prototype's
  }
}

function inputOf({ network: { spec }, spatial }: ForwardModel): Tensor {
  return zeros([1, ...spatial, spec.inChannels])
}
