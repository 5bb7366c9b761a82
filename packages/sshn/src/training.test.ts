/** What the package is for: one training, then a network at every factor. */
import { disposeAll, startEngine, toTensors } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { createRng } from '@leanvox/random'
import { type PreparedCase, type SegmentationNetwork, train, type TrainOptions } from '@leanvox/training'
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { atPhi } from './at-phi.ts'
import { filmNetwork } from './film-network.ts'
import { hyperNetwork } from './hyper-network.ts'
import { primarySpec } from './hyper-spec.ts'
import { phiPrior, type PhiPriorChoice } from './phi-prior.ts'
import { sweepPhi } from './sweep-phi.ts'

beforeAll(async () => {
  await startEngine({ backend: 'wasm' })
})

/** A bright disc on noise; the disc is the label. */
function disc(index: number, size = 24): PreparedCase {
  const rng = createRng('disc').split(index)
  const [row, column, radius] = [rng.uniformIn(7, 17), rng.uniformIn(7, 17), rng.uniformIn(4, 6)]
  const label = Uint8Array.from({ length: size * size }, (_, i) =>
    Math.hypot(Math.floor(i / size) - row, (i % size) - column) < radius ? 1 : 0,
  )
  const image = Float32Array.from(label, (value) => value + 0.5 * rng.normal())
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return { id: `disc-${index}`, image, label, shape: [1, size, size], channels: 1, spacing: [1, 1, 1], affine }
}

const cases = Array.from({ length: 8 }, (_, i) => disc(i))
const held = Array.from({ length: 4 }, (_, i) => disc(100 + i))
const primary = primarySpec({ channels: [6, 6, 6], convsPerLevel: 1 })

function learn(network: SegmentationNetwork, changes: Partial<TrainOptions> & { prior: PhiPriorChoice }) {
  const { prior: choice, ...rest } = changes
  const prior = phiPrior(choice)
  return train({
    network,
    cases,
    applyOptions: ({ rng }) => ({ rescale: prior.draw(rng) }),
    epochs: 2,
    patchesPerCase: 12,
    batchSize: 4,
    patchSize: [24, 24],
    learningRate: 0.01,
    augmentation: 'none',
    seed: 1,
    ...rest,
  })
}

describe('one training', () => {
  test('of a hypernetwork segments at every factor of the range', { timeout: 60_000 }, async () => {
    const network = hyperNetwork({ primary, hidden: [8, 16] })
    const before = memory().numTensors
    const { weights, steps } = await learn(network, { prior: 'uniform' })
    expect(steps).toBe(48)
    const points = await sweepPhi({ network, weights }, { cases: held, phis: [0.1, 0.25, 0.5], repeats: 0 })
    for (const { phi, dice } of points) expect(dice, `phi ${String(phi)}`).toBeGreaterThan(0.85)
    expect(memory().numTensors).toBe(before)
  })

  test.each([
    ['FiLM', filmNetwork({ primary, hidden: [8, 16] }), 'sqrt-uniform'],
    ['Stochastic', unet(primary), 'uniform'],
    ['capacity-matched Fixed', hyperNetwork({ primary, hidden: [8, 16] }), { point: 0.3 }],
  ] as const)('of %s lowers the loss', { timeout: 60_000 }, async (_, network, prior) => {
    const { history } = await learn(network, { prior, epochs: 2, patchesPerCase: 6 })
    expect(history[1].loss).toBeLessThan(0.8 * history[0].loss)
  })

  test('of Fixed needs no draw: the network is held at its factor', { timeout: 60_000 }, async () => {
    const network = atPhi(unet(primary), 0.3)
    const { history, multiplyAdds, steps } = await train({
      network,
      cases,
      validationCases: held.slice(0, 1),
      epochs: 2,
      patchesPerCase: 6,
      batchSize: 4,
      patchSize: [24, 24],
      learningRate: 0.01,
      augmentation: 'none',
    })
    expect(history[1].loss).toBeLessThan(0.8 * history[0].loss)
    expect(multiplyAdds).toBe(steps * 4 * 3 * unet(primary).multiplyAdds([24, 24], { rescale: 0.3 }))
  })

  test('gives the same weights for the same seed', { timeout: 60_000 }, async () => {
    const network = hyperNetwork({ primary, hidden: [8] })
    const [first, again] = [
      await learn(network, { prior: 'uniform', epochs: 1, patchesPerCase: 1 }),
      await learn(network, { prior: 'uniform', epochs: 1, patchesPerCase: 1 }),
    ]
    expect(first.lastWeights).toEqual(again.lastWeights)
    const [fresh, learned] = [toTensors(network.init(createRng(1))), toTensors(first.lastWeights)]
    expect(Object.keys(learned).sort()).toEqual(Object.keys(fresh).sort())
    disposeAll({ ...fresh })
    disposeAll({ ...learned })
  })
})
