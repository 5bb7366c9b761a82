/**
 * One process of the soak: trains a small U-Net for many steps on fresh data of two sizes, predicts now and then, and
 * prints what memory it holds after every fiftieth step.
 *
 * @module
 */
import { dispose, memory, tensor, tidy } from '@tensorflow/tfjs-core'
import { disposeAll, startEngine, toTensors, valueAndGradients } from '@leanvox/engine'
import { unet, unetSpec } from '@leanvox/nets'
import { createRng, type Rng } from '@leanvox/random'
import { memoryPool, setPrecision } from '@leanvox/tfjs-backend-onednn'
import { adam, softDiceLoss } from '@leanvox/training'

const { steps, precision } = JSON.parse(process.argv[2]) as { steps: number; precision: 'float32' | 'bfloat16' }
await startEngine({ backend: 'onednn' })
if (setPrecision(precision) !== precision) throw new Error(`no ${precision} on this chip`)

const network = unet(unetSpec({ dimensions: 3, inChannels: 1, outChannels: 2, channels: [8, 16, 32] }))
const optimizer = adam()
const rng = createRng(1)
const collect = globalThis.gc ?? (() => {}) // with --expose-gc: what is waiting to be collected is no leak
let weights = toTensors(network.init(rng.split('weights')))
let slots = optimizer.init(weights)

for (let step = 1; step <= steps; step++) {
  const loss = train(step, rng.split('step', step))
  if (step % 50 !== 0) continue
  tidy(() => network.apply(weights, batchOf(16, rng.split('look', step)).images).dataSync())
  collect()
  const { usedBytes, freeBytes, allocations } = memoryPool.statistics()
  const sample = { step, loss, resident: process.memoryUsage.rss(), tensors: memory().numTensors }
  process.stdout.write(`${JSON.stringify({ ...sample, usedBytes, freeBytes, allocations })}\n`)
}

function train(step: number, stream: Rng): number {
  const { images, labels } = batchOf(step % 2 === 0 ? 16 : 20, stream)
  const { value, gradients } = valueAndGradients(
    (current) => softDiceLoss(network.apply(current, images), labels),
    weights,
  )
  const next = optimizer.update(gradients, slots, { weights, learningRate: 1e-3, step })
  disposeAll(gradients)
  disposeAll(weights)
  disposeAll(slots)
  weights = next.weights
  slots = next.state
  const loss = value.dataSync()[0]
  dispose([value, images, labels])
  return loss
}

/** Noise with a brighter half, which is the label. */
function batchOf(size: number, stream: Rng) {
  const count = size ** 3
  const border = 1 + stream.integer(size - 1)
  const bright = Int32Array.from({ length: count }, (_, i) => Number(i % size < border))
  const noise = Float32Array.from(bright, (label) => label + stream.normal())
  const shape = [1, size, size, size]
  return { images: tensor(noise, [...shape, 1]), labels: tensor(bright, shape, 'int32') }
}
