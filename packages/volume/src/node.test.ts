import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVolume, distanceTransform, resample, type Interpolation } from './index.ts'
import * as door from './node.ts'

let workers: door.VolumeWorkers
beforeAll(() => void (workers = door.volumeWorkers({ threads: 3 })))
afterAll(() => workers.close())

const shape = [40, 7, 6] as const
const data = Float32Array.from({ length: 40 * 42 }, (_, i) => Math.round(50 * Math.sin(i * 12.9898)))
const volume = createVolume({ data, shape, spacing: [2, 1, 0.7] })

test('the door has exactly these names', () => {
  expect(Object.keys(door)).toEqual(['volumeWorkers'])
  expect(workers.threads).toBe(3)
})

test('distances are those of one thread', async () => {
  const mask = { data: Uint8Array.from(data, (value) => (value > 48 ? 1 : 0)), shape, spacing: volume.spacing }
  expect([...(await workers.distanceTransform(mask))]).toEqual([...distanceTransform(mask)])
  const list = { data: [0, 0, 1, 0], shape: [1, 1, 4] as const }
  expect([...(await workers.distanceTransform(list))]).toEqual([2, 1, 0, 1])
})

test('samples are those of one thread, on parallel and oblique grids', async () => {
  const turned = {
    shape: [31, 8, 9] as const,
    affine: [0.8, 0.1, 0.05, 0.3, -0.1, 0.9, 0, 0.4, 0.2, 0, 2.6, -3, 0, 0, 0, 1],
  }
  for (const target of [{ spacing: [1.3, 1.1, 0.5] as const }, turned]) {
    for (const interpolation of ['linear', 'cubic', 'nearest', 'label'] satisfies Interpolation[]) {
      const options = { ...target, interpolation, outside: -9 }
      const [together, alone] = [await workers.resample(volume, options), resample(volume, options)]
      expect(together.shape).toEqual(alone.shape)
      expect(together.affine).toEqual(alone.affine)
      alone.data.forEach((value, i) => expect(Math.abs(together.data[i] - value)).toBeLessThan(1e-4))
    }
  }
})

test('bad arguments are named as by the functions themselves, and closed threads do no more', async () => {
  await expect(workers.resample(volume, { spacing: [1, 0, 1] })).rejects.toThrow(
    new RangeError('resample: expected spacing of three positive finite numbers, got [1, 0, 1]'),
  )
  await expect(workers.distanceTransform({ data: [1], shape: [1, 1, 2] })).rejects.toThrow('expected 2 voxels')
  expect(() => door.volumeWorkers({ threads: 0 })).toThrow(
    new RangeError('volumeWorkers: expected at least 1 thread, got 0'),
  )
  const others = door.volumeWorkers({ threads: 1 })
  const answer = others.distanceTransform({ data: new Uint8Array(64 ** 3), shape: [64, 64, 64] })
  const closed = expect(answer).rejects.toThrow('volumeWorkers: expected open threads, got closed ones')
  await others.close()
  await closed
})
