/**
 * A network in training whose steps are timed.
 *
 * @module
 */
import { dispose, randomNormal, tensor, tidy } from '@tensorflow/tfjs-core'
import { disposeAll, type NamedTensors, toTensors, valueAndGradients } from '@leanvox/engine'
import type { Network } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { adam, softDiceLoss } from '@leanvox/training'

export interface StepTimer {
  /** Takes one step at phi; milliseconds. */
  step(phi: number): number
  dispose(): void
}

const batch = 8
const size = 128

/** Fresh weights, one random batch of three channels and classes, soft Dice and Adam. */
export function stepTimer(network: Network): StepTimer {
  const optimizer = adam()
  const x = randomNormal([batch, size, size, 3], 0, 1, 'float32', 1)
  const classes = Int32Array.from({ length: batch * size * size }, (_, index) => Math.floor(index / 17) % 3)
  const labels = tensor(classes, [batch, size, size], 'int32')
  let weights: NamedTensors = toTensors(network.init(createRng(1)))
  let slots: NamedTensors = optimizer.init(weights)
  let step = 0
  return {
    step(rescale) {
      const start = performance.now()
      const next = tidy(() => {
        const loss = (named: NamedTensors) => softDiceLoss(network.apply(named, x, { rescale }), labels)
        const { value, gradients } = valueAndGradients(loss, weights)
        return { value, ...optimizer.update(gradients, slots, { weights, learningRate: 1e-3, step: ++step }) }
      })
      next.value.dataSync()
      dispose(next.value)
      disposeAll(weights)
      disposeAll(slots)
      weights = next.weights
      slots = next.state
      return performance.now() - start
    },
    dispose() {
      dispose([x, labels])
      disposeAll(weights)
      disposeAll(slots)
    },
  }
}
