import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint.ts'
import { encodeSafetensors } from './safetensors.ts'
import { loadWeights, saveWeights } from './weights-file.ts'

const root = mkdtempSync(join(tmpdir(), 'leanvox-checkpoint-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const array = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) })

const checkpoint: Checkpoint = {
  weights: { 'encoder.0': array(1, 2), head: array(3) },
  optimizer: { 'encoder.0/m': array(4, 5) },
  average: { 'encoder.0': array(9, 10), head: array(11) },
  best: { 'encoder.0': array(6, 7), head: array(8) },
  state: {
    version: 1,
    epoch: 2,
    step: 8,
    history: [
      { epoch: 1, step: 4, loss: 0.1, learningRate: 1e-3, validation: { dice: NaN, labels: { 1: NaN, 2: 0.5 } } },
      { epoch: 2, step: 8, loss: 1 / 3, learningRate: 1e-3, validation: null },
    ],
    best: { epoch: 1, dice: 0.5 },
    options: { seed: 1 },
  },
  timing: { seconds: 1.5, validationSeconds: 0.5 },
}

test('gives back what was saved, an undefined Dice included, and leaves no other file', async () => {
  const folder = mkdtempSync(join(root, 'a-'))
  const path = join(folder, 'last.safetensors')
  await saveCheckpoint(path, checkpoint)
  expect(await loadCheckpoint(path)).toEqual(checkpoint)
  const least = { ...checkpoint, average: null, best: null }
  await saveCheckpoint(path, least)
  expect(await loadCheckpoint(path)).toEqual(least)
  expect(readdirSync(folder)).toEqual(['last.safetensors'])
})

test('a missing checkpoint is null', async () => {
  expect(await loadCheckpoint(join(root, 'none.safetensors'))).toBeNull()
})

test.each([
  [{}, 'got no state in __metadata__'],
  [{ state: '{"version"' }, 'got "{\\"version\\""'],
  [{ state: '{"version":2}' }, 'got "{\\"version\\":2}"'],
])('refuses a safetensors file with metadata %j', async (metadata, message) => {
  const path = join(root, 'odd.safetensors')
  writeFileSync(path, encodeSafetensors({ tensors: { a: array(1) }, metadata }))
  await expect(loadCheckpoint(path)).rejects.toThrow(
    expect.objectContaining({
      code: 'malformed',
      path,
      message: `loadCheckpoint: expected a training state in ${path}, ${message}`,
    }),
  )
})

test('weights come back with their metadata; other types are refused by name', async () => {
  const path = join(root, 'weights.safetensors')
  await saveWeights(path, checkpoint.weights, { metadata: { epoch: '3' } })
  expect(await loadWeights(path)).toEqual({ weights: checkpoint.weights, metadata: { epoch: '3' } })
  writeFileSync(path, encodeSafetensors({ tensors: { ids: { shape: [1], data: Int32Array.of(1) } } }))
  await expect(loadWeights(path)).rejects.toThrow(`loadWeights: expected float32 for ids in ${path}, got Int32Array`)
})
