/**
 * One process of the U-Net benchmark: trains and predicts on request. See session.ts for the protocol.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { dispose, memory, randomNormal, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { disposeAll, startEngine, toTensors, valueAndGradients, type BackendName } from '@leanvox/engine'
import { unet, unetSpec } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { convolutionSeconds, setPrecision } from '@leanvox/tfjs-backend-onednn'
import { adam, softDiceLoss } from '@leanvox/training'

import type { UNetCase } from './cases.ts'

const task = JSON.parse(process.argv[2]) as UNetCase & { backend: BackendName }
const { dimensions, channels, batch } = task
const network = unet(unetSpec({ dimensions, inChannels: 1, outChannels: 2, channels: [...channels] }))
const optimizer = adam()

type State = { x: Tensor; labels: Tensor; weights: ReturnType<typeof toTensors>; slots: ReturnType<typeof toTensors> }
let state: State | undefined
let step = 0

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { do: string; steps: number }
  process.stdout.write(`${JSON.stringify(await answer(request))}\n`)
}

async function answer(request: { do: string; steps: number }): Promise<object> {
  if (request.do === 'prepare') return prepare()
  if (request.do === 'memory') return { peak: peakMemory(), tensors: memory().numTensors }
  const before = convolutionSeconds()
  const times = []
  for (let i = 0; i < request.steps; i++) times.push(request.do === 'train' ? trainOnce() : inferOnce())
  return { times, convolutions: (convolutionSeconds() - before) * 1000 }
}

async function prepare(): Promise<object> {
  try {
    const { backend, why } = await startEngine({ backend: task.backend })
    if (backend === 'onednn' && setPrecision(task.precision) !== task.precision)
      throw new Error(`no ${task.precision} on this chip`)
    const spatial = Array.from({ length: dimensions }, () => task.size)
    const x = randomNormal([batch, ...spatial, 1], 0, 1, 'float32', 1)
    const values = Int32Array.from({ length: x.size }, (_, index) => Math.floor(index / 7) % 2)
    const weights = toTensors(network.init(createRng(1)))
    state = { x, labels: tensor(values, [batch, ...spatial], 'int32'), weights, slots: optimizer.init(weights) }
    return { label: backend, why, parameters: network.parameterCount }
  } catch (error) {
    return { failure: (error as Error).message }
  }
}

function trainOnce(): number {
  const { x, labels, weights, slots } = state as State
  const start = performance.now()
  const next = tidy(() => {
    const { value, gradients } = valueAndGradients((named) => softDiceLoss(network.apply(named, x), labels), weights)
    return { value, ...optimizer.update(gradients, slots, { weights, learningRate: 1e-3, step: ++step }) }
  })
  next.value.dataSync()
  dispose(next.value)
  disposeAll(weights)
  disposeAll(slots)
  state = { x, labels, weights: next.weights, slots: next.state }
  return performance.now() - start
}

function inferOnce(): number {
  const { x, weights } = state as State
  const start = performance.now()
  const logits = network.apply(weights, x)
  logits.dataSync()
  dispose(logits)
  return performance.now() - start
}

// Largest resident size so far, in MiB.
function peakMemory(): number {
  const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kibibytes ?? process.resourceUsage().maxRSS) / 1024
}
