/**
 * One process of the engine benchmark: starts a backend, times steps or convolutions, prints one line of JSON.
 *
 * @module
 */
import {
  conv3d,
  dispose,
  engine,
  mul,
  randomNormal,
  sum,
  tensor,
  type Scalar,
  type Tensor,
  type Tensor5D,
} from '@tensorflow/tfjs-core'

import { conv, disposeAll, startEngine, toTensors, valueAndGradients, type BackendName } from '@leanvox/engine'
import { unet, unetSpec } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { adam, softDiceLoss } from '@leanvox/training'

interface StepCase {
  readonly dimensions: 2 | 3
  readonly size: number
  readonly batch: number
  readonly steps: number
}

interface Task {
  readonly backend: BackendName
  readonly steps?: readonly StepCase[]
  readonly convs?: boolean
}

const convShapes: readonly (readonly [size: number, inputs: number, outputs: number])[] = [
  [32, 16, 16],
  [32, 32, 32],
  [16, 64, 64],
  [8, 128, 128],
]

const task = JSON.parse(process.argv[2]) as Task
try {
  const { why } = await startEngine({ backend: task.backend })
  print({ why, steps: (task.steps ?? []).map(stepMilliseconds), convs: task.convs ? convSpeeds() : [] })
} catch (error) {
  print({ failure: (error as Error).message })
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

// One step more than asked for: the first one warms up and does not count.
function stepMilliseconds({ dimensions, size, batch, steps }: StepCase): number {
  const channels = dimensions === 3 ? [16, 32, 64, 128] : [32, 64, 128, 256]
  const network = unet(unetSpec({ dimensions, inChannels: 1, outChannels: 2, levels: 4, channels }))
  const spatial = Array.from({ length: dimensions }, () => size)
  const x = randomNormal([batch, ...spatial, 1], 0, 1, 'float32', 1)
  const labels = tensor(
    Int32Array.from({ length: x.size }, (_, index) => Math.floor(index / 7) % 2),
    [batch, ...spatial],
    'int32',
  )
  const optimizer = adam()
  let weights = toTensors(network.init(createRng(1)))
  let state = optimizer.init(weights)
  const times = Array.from({ length: steps + 1 }, (_, step) => {
    const start = performance.now()
    const { value, gradients } = valueAndGradients((values) => softDiceLoss(network.apply(values, x), labels), weights)
    const next = optimizer.update(gradients, state, { weights, learningRate: 1e-3, step: step + 1 })
    value.dataSync()
    const elapsed = performance.now() - start
    for (const old of [gradients, weights, state]) disposeAll(old)
    value.dispose()
    weights = next.weights
    state = next.state
    return elapsed
  })
  disposeAll(weights)
  disposeAll(state)
  return median(times.slice(1))
}

// Forward alone, and forward with both gradients: ours and the kernels that tfjs-backend-wasm brings.
function convSpeeds(): object[] {
  return convShapes.flatMap(([size, inputs, outputs]) => {
    const x = randomNormal([1, size, size, size, inputs]) as Tensor5D
    const filter = randomNormal([3, 3, 3, inputs, outputs]) as Tensor5D
    const dy = randomNormal([1, size, size, size, outputs])
    const attributes = { strides: [1, 1, 1], pad: 'same', filterShape: filter.shape, inputShape: x.shape }
    const gigaflop = (2 * size ** 3 * 27 * inputs * outputs) / 1e9
    const label = `conv 3x3x3 ${inputs} to ${outputs}, ${size}^3`
    const stockPass = (): Tensor[] => [
      conv3d(x, filter, 1, 'same'),
      kernel('Conv3DBackpropInputV2', { dy, filter }, attributes),
      kernel('Conv3DBackpropFilterV2', { x, dy }, attributes),
    ]
    return [
      {
        name: `${label}, forward`,
        gigaflop,
        ours: time(() => [conv(x, filter)], 9),
        stock: time(() => [conv3d(x, filter, 1, 'same')], 1),
      },
      {
        name: `${label}, forward and gradients`,
        gigaflop: 3 * gigaflop,
        ours: time(() => ownPass({ x, filter, dy }), 9),
        stock: time(stockPass, 1),
      },
    ]
  })
}

function ownPass({ x, filter, dy }: { x: Tensor; filter: Tensor; dy: Tensor }): Tensor[] {
  const { value, gradients } = valueAndGradients(
    (values) => sum(mul(conv(values['x'], values['filter']), dy)) as Scalar,
    { x, filter },
  )
  return [value, ...Object.values(gradients)]
}

function kernel(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return engine().runKernel(name, inputs, attributes as never) as Tensor
}

// Median of `repeats` runs in milliseconds, after one that warms up where there are several.
function time(operation: () => Tensor[], repeats: number): number {
  if (repeats > 1) dispose(operation())
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    dispose(operation())
    return performance.now() - start
  })
  return median(times)
}
