import { expect, test } from 'vitest'
import { settingOptions } from './setting.ts'
import { DEFAULT_HYPER_PARAMETERS } from './space.ts'

test('every hyper-parameter reaches the trainer', () => {
  const options = settingOptions({ ...DEFAULT_HYPER_PARAMETERS, weightDecay: 0.25, augmentationProbability: 0.5 })
  expect(options).toMatchObject({
    learningRate: 3e-3,
    optimizer: { name: 'adam', weightDecay: 0.25 },
    loss: 'dice-cross-entropy',
    schedule: 'poly',
    foregroundFraction: 0.5,
    gradientClip: 12,
  })
  const changes = Object.values(options.augmentation as Record<string, { probability: number }>)
  expect(changes.map(({ probability }) => probability)).toEqual(Array(8).fill(0.5))
})

test('probability 0 is no augmentation at all', () => {
  expect(settingOptions({ ...DEFAULT_HYPER_PARAMETERS, augmentationProbability: 0 }).augmentation).toBe('none')
})
