import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEngine } from '@leanvox/engine'
import { unet } from '@leanvox/nets'
import { blobCases } from '../../fixtures/blob-cases.ts'
import { loadCheckpoint } from '../checkpoints/checkpoint.ts'
import { loadWeights } from '../checkpoints/weights-file.ts'
import { isStalled } from './early-stopping.ts'
import type { TrainEvent } from './events.ts'
import type { EpochRecord } from './records.ts'
import type { TrainOptions } from './train-options.ts'
import { train } from './train.ts'

const root = mkdtempSync(join(tmpdir(), 'leanvox-train-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(async () => void (await startEngine({ backend: 'wasm' })))

const cases = blobCases(4, { shape: [8, 8, 8] })

/** Four steps of a very small network an epoch. */
function tiny(changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    network: unet({ channels: [3], levels: 1, convsPerLevel: 1 }),
    cases,
    validationCases: cases.slice(0, 1),
    epochs: 3,
    patchSize: [6, 6, 6],
    learningRate: 0.01,
    clock: () => 0,
    ...changes,
  }
}

const bytes = (folder: string, name = 'last') => readFileSync(join(folder, `checkpoints/${name}.safetensors`))

describe('learning', () => {
  test('a small network finds blobs it has not seen: Dice above 0.8', { timeout: 40_000 }, async () => {
    const all = blobCases(6, { shape: [16, 16, 16] })
    const { best, history } = await train({
      network: unet({ channels: [8, 16] }),
      cases: all.slice(0, 4),
      validationCases: all.slice(4),
      epochs: 6,
      patchSize: [16, 16, 16],
      batchSize: 2,
      patchesPerCase: 2,
      learningRate: 0.01,
      seed: 1,
    })
    expect(best!.dice).toBeGreaterThan(0.8)
    expect(history.at(-1)!.loss).toBeLessThan(0.8 * history[0].loss)
  })

  test('a 2D network learns from slices and from images of depth 1', { timeout: 30_000 }, async () => {
    const all = [...blobCases(4, { shape: [1, 16, 16] }), ...blobCases(2, { shape: [12, 16, 16], seed: 2 })]
    const { best } = await train({
      network: unet({ dimensions: 2, channels: [8, 12] }),
      cases: all,
      validationCases: blobCases(2, { shape: [12, 16, 16], seed: 3 }),
      epochs: 10,
      patchSize: [16, 16],
      batchSize: 4,
      patchesPerCase: 8,
      learningRate: 0.02,
      validateEvery: 10,
    })
    expect(best!.dice).toBeGreaterThan(0.8)
  })

  test('deep supervision and one sigmoid channel train too', async () => {
    const network = unet({ channels: [3, 4, 5], convsPerLevel: 1, outChannels: 1, deepSupervision: true })
    const { history } = await train(tiny({ network, patchSize: [8, 8, 8], epochs: 5, loss: 'dice' }))
    expect(history.at(-1)!.loss).toBeLessThan(history[0].loss)
  })
})

describe('a run', () => {
  test('counts its steps, its multiply-adds and its seconds', async () => {
    let now = 0
    const options = tiny({ batchSize: 3, patchesPerCase: 2, epochs: 4, validateEvery: 3, clock: () => now++ })
    const result = await train(options)
    const patch = options.network.multiplyAdds([6, 6, 6])
    expect(result.steps).toBe(12) // 8 patches in batches of 3: 3 steps an epoch
    expect(result.multiplyAdds).toBe(12 * 3 * 3 * patch)
    expect(result.validationMultiplyAdds).toBe(2 * 8 * patch) // epochs 3 and 4; 8 tiles cover 8x8x8
    expect(result.history.map(({ validation }) => validation !== null)).toEqual([false, false, true, true])
    expect(result.validationSeconds).toBe(2)
    expect(result.seconds).toBe(4 + 2 * 2) // one tick a plain epoch, three where a validation reads the clock twice
  })

  test('leaves no tensor behind and holds a flat number of them over 60 steps', async () => {
    const before = memory().numTensors
    const counts = new Set<number>()
    await train(
      tiny({
        epochs: 15,
        validateEvery: 5,
        onEvent: ({ kind }) => void (kind === 'step' && counts.add(memory().numTensors)),
      }),
    )
    expect(counts.size).toBe(1)
    expect(memory().numTensors).toBe(before)
  })

  test('is the same for the same seed, and another for another', async () => {
    const [first, again, other] = [await train(tiny()), await train(tiny()), await train(tiny({ seed: 1 }))]
    expect(again).toEqual(first)
    expect(other.lastWeights).not.toEqual(first.lastWeights)
  })

  test('follows its schedule and tells steps, epochs and validations in order', async () => {
    const events: TrainEvent[] = []
    await train(tiny({ epochs: 2, schedule: 'cosine', onEvent: (event) => void events.push(event) }))
    const epoch = ['step', 'step', 'step', 'step', 'progress', 'epoch', 'validation']
    expect(events.map(({ kind }) => kind)).toEqual([...epoch, ...epoch])
    const rates = events.flatMap((event) => (event.kind === 'step' ? [event.learningRate] : []))
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(0.005 * (1 + Math.cos((Math.PI * i) / 8)), 12))
  })

  test('without validation cases the last weights are the result', async () => {
    const result = await train(tiny({ validationCases: [], epochs: 1 }))
    expect(result.best).toBeNull()
    expect(result.weights).toBe(result.lastWeights)
    expect(result.validationMultiplyAdds).toBe(0)
  })

  test('lets timers run between steps', async () => {
    let turns = 0
    let ticking = true
    const tick = () => void (turns++, ticking && setImmediate(tick))
    setImmediate(tick)
    await train(tiny({ epochs: 1 }))
    ticking = false
    expect(turns).toBeGreaterThanOrEqual(4)
  })
})

test('names come with their options', async () => {
  const events: TrainEvent[] = []
  await train(
    tiny({
      epochs: 1,
      loss: { name: 'focal', gamma: 1 },
      optimizer: { name: 'sgd', momentum: 0.9 },
      schedule: { name: 'poly', power: 1 },
      onEvent: (event) => void events.push(event),
    }),
  )
  const rates = events.flatMap((event) => (event.kind === 'step' ? [event.learningRate] : []))
  rates.forEach((rate, i) => expect(rate).toBeCloseTo(0.01 * (1 - i / 4), 12))
  await expect(train(tiny({ loss: { name: 'focal', gamma: -1 } }))).rejects.toThrow('focal')
})

describe('ending early', () => {
  test('the caller stops it after a validation', async () => {
    const onEvent = (event: TrainEvent) => (event.kind === 'validation' && event.epoch === 2 ? 'stop' : undefined)
    const result = await train(tiny({ onEvent }))
    expect(result).toMatchObject({ stopped: 'callback', epochs: 2, steps: 8 })
  })

  test('a stop is found again when the stopped run is continued, without a step more', async () => {
    const folder = join(root, 'stopped')
    const onEvent = (event: TrainEvent) => (event.kind === 'validation' && event.epoch === 2 ? 'stop' : undefined)
    const first = await train(tiny({ folder, onEvent }))
    expect(await train(tiny({ folder, onEvent }))).toEqual(first)
  })

  test('patience ends a run that does not improve', async () => {
    const result = await train(tiny({ learningRate: 0, epochs: 9, earlyStopping: { patience: 2 } }))
    expect(result).toMatchObject({ stopped: 'early-stopping', epochs: 3, best: { epoch: 1 } })
  })

  test('patience counts validations since the best, and an undefined Dice is no rise', () => {
    const history = [0.5, null, 0.7, NaN, 0.7, 0.69].map((dice, i): EpochRecord => {
      const validation = dice === null ? null : { dice, labels: {} }
      return { epoch: i + 1, step: i, loss: 1, learningRate: 1, validation }
    })
    expect(isStalled(history, { patience: 3 })).toBe(true)
    expect(isStalled(history, { patience: 4 })).toBe(false)
    expect(isStalled(history.slice(0, 4), { patience: 2, minimumGain: 0.3 })).toBe(true)
  })

  test('a signal ends it between two steps with its reason and no tensor left', async () => {
    const before = memory().numTensors
    const controller = new AbortController()
    const onEvent = ({ kind, step }: TrainEvent) =>
      void (kind === 'step' && step === 2 && controller.abort(new Error('enough')))
    await expect(train(tiny({ signal: controller.signal, onEvent }))).rejects.toThrow('enough')
    expect(memory().numTensors).toBe(before)
  })

  test('a diverging run is an error that says where, and saves nothing of it', async () => {
    const folder = join(root, 'diverged')
    const before = memory().numTensors
    const run = train(
      tiny({
        folder,
        optimizer: 'sgd',
        gradientClip: null,
        learningRate: 1e30,
        schedule: 'constant',
        augmentation: 'none',
      }),
    )
    await expect(run).rejects.toThrow(
      expect.objectContaining({
        name: 'TrainingError',
        code: 'diverged',
        epoch: 1,
        learningRate: 1e30,
        message: expect.stringMatching(
          /^train: expected .* epoch 1 \(step \d, learning rate 1e\+30\), got \S+/,
        ) as string,
      }),
    )
    expect(await loadCheckpoint(join(folder, 'checkpoints/last.safetensors'))).toBeNull()
    expect(memory().numTensors).toBe(before)
  })
})

describe('a folder', () => {
  test('holds the best weights, the last state and one metrics line an epoch', async () => {
    const folder = join(root, 'files')
    const result = await train(tiny({ folder }))
    const { weights, metadata } = await loadWeights(join(folder, 'checkpoints/best.safetensors'))
    expect(weights).toEqual(result.weights)
    expect(metadata.epoch).toBe(String(result.best!.epoch))
    const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      result.history.map((record) => ({ ...record, seconds: 0 })),
    )
  })

  test('three epochs continued to the same three take no step and give the same result', async () => {
    const folder = join(root, 'done')
    const first = await train(tiny({ folder }))
    const kinds: string[] = []
    const again = await train(tiny({ folder, onEvent: ({ kind }) => void kinds.push(kind) }))
    expect(again).toEqual(first)
    expect(kinds).toEqual(['validation', 'validation', 'validation'])
  })

  test('keeps the best weights through a resume when the last epoch was not the best', async () => {
    const folder = join(root, 'best')
    const options = tiny({ folder, learningRate: 0, epochs: 2 })
    const first = await train(options)
    expect(first.best!.epoch).toBe(1)
    const checkpoint = await loadCheckpoint(join(folder, 'checkpoints/last.safetensors'))
    expect(checkpoint!.best).toEqual(first.weights)
    expect((await train(options)).weights).toEqual(first.weights)
  })

  test('metrics ahead of the checkpoint and halves of a killed write are cleared', async () => {
    const folder = join(root, 'ahead')
    const metrics = join(folder, 'metrics.jsonl')
    await train(tiny({ folder, epochs: 2 }))
    const whole = readFileSync(metrics)
    appendFileSync(metrics, '{"epoch":3}\n{"epo')
    writeFileSync(join(folder, 'checkpoints/.last.safetensors.1.tmp'), 'half')
    await train(tiny({ folder, epochs: 2 }))
    expect(readFileSync(metrics)).toEqual(whole)
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(['best.safetensors', 'last.safetensors'])
  })

  test('seconds add up over resumes', async () => {
    const folder = join(root, 'seconds')
    let now = 0
    const options = tiny({ folder, epochs: 2, validationCases: [], clock: () => (now += 5) })
    const stop = (event: TrainEvent) => (event.kind === 'epoch' ? 'stop' : undefined)
    expect((await train({ ...options, onEvent: stop })).seconds).toBe(5)
    expect((await train(options)).seconds).toBe(10)
  })

  test('refuses other options, naming each with both values', async () => {
    const folder = join(root, 'changed')
    await train(tiny({ folder, epochs: 1 }))
    await expect(train(tiny({ folder, epochs: 1, learningRate: 0.5, seed: 4 }))).rejects.toThrow(
      `train: expected the options of ${join(folder, 'checkpoints/last.safetensors')}, ` +
        'got learningRate 0.5 instead of 0.01, seed 4 instead of 0',
    )
    await expect(train(tiny({ folder, epochs: 2 }))).rejects.toThrow(
      'got epochs 2 instead of 1; to train longer set extend',
    )
  })

  test('extend trains on with more epochs, never with fewer', async () => {
    const folder = join(root, 'extended')
    await train(tiny({ folder, epochs: 2 }))
    const longer = await train(tiny({ folder, epochs: 3, extend: true }))
    expect(longer.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    await expect(train(tiny({ folder, epochs: 2, extend: true }))).rejects.toThrow('got epochs 2 instead of 3')
  })

  test('a damaged checkpoint is refused, not taken for a new run', async () => {
    const folder = join(root, 'damaged')
    await train(tiny({ folder, epochs: 1 }))
    writeFileSync(join(folder, 'checkpoints/last.safetensors'), bytes(folder).subarray(0, 200))
    await expect(train(tiny({ folder, epochs: 1 }))).rejects.toThrow(
      expect.objectContaining({ name: 'CheckpointError', code: 'malformed' }),
    )
  })

  test('two runs at once in one folder: the second is refused', async () => {
    const folder = join(root, 'shared')
    const first = train(tiny({ folder }))
    await expect(train(tiny({ folder }))).rejects.toThrow('is in use by process')
    await first
  })
})

test.each([
  [{ cases: [] }, 'train: expected at least one case, got 0'],
  [{ epochs: 0 }, 'train: expected epochs to be a whole number of at least 1, got 0'],
  [{ learningRate: NaN }, 'train: expected a learningRate of at least 0, got NaN'],
  [{ gradientClip: 0 }, 'train: expected a gradientClip above 0 or null, got 0'],
  [{ patchSize: [4, 4] }, 'patchShape: expected 3 whole sizes of at least 1, got [4,4]'],
  [{ earlyStopping: { patience: 0 } }, 'train: expected a patience of at least 1, got 0'],
])('refuses %j before it trains', async (change, message) => {
  await expect(train(tiny(change))).rejects.toThrow(message)
})
