/**
 * One training run of the agreement benchmark; prints its losses, step by step, and the Dice of its last weights.
 *
 * @module
 */
import { startEngine, type BackendName } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { setPrecision } from '@leanvox/tfjs-backend-onednn'
import { evaluateCases, train } from '@leanvox/training'

import { blobCases } from '../../packages/training/fixtures/blob-cases.ts'

const [backend, precision] = process.argv.slice(2) as [BackendName, 'float32' | 'bfloat16']
await startEngine({ backend })
if (backend === 'onednn' && setPrecision(precision) !== precision) throw new Error(`no ${precision} on this chip`)

const all = blobCases(10, { shape: [16, 16, 16] })
const network = unet({ channels: [16, 32] })
const losses: number[] = []
const { lastWeights } = await train({
  network,
  cases: all.slice(0, 5),
  epochs: 40,
  patchSize: [12, 12, 12],
  patchesPerCase: 1,
  batchSize: 1,
  learningRate: 0.003,
  seed: 1,
  onEvent: (event) => {
    if (event.kind === 'step') losses.push(event.loss)
    return undefined
  },
})
const { meanDice } = await evaluateCases({
  network,
  weights: lastWeights,
  cases: all.slice(5),
  patchSize: [12, 12, 12],
})
process.stdout.write(`${JSON.stringify({ losses, dice: meanDice })}\n`)
