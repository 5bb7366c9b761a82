import { describe, expect, test } from 'vitest'
import { completeSetting, DEFAULT_HYPER_PARAMETERS, spaceSchema } from './space.ts'

const messageOf = (space: object) =>
  spaceSchema.safeParse(space).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
const range = (low: number, high: number, log = false) => ({ type: 'float', low, high, log })

describe('spaceSchema', () => {
  test('searches learning rate, loss and augmentation unless told otherwise', () => {
    expect(spaceSchema.parse(undefined)).toEqual({
      learningRate: range(1e-4, 1e-1, true),
      loss: { type: 'categorical', choices: ['dice', 'dice-cross-entropy', 'focal'] },
      augmentationProbability: range(0, 0.8),
    })
  })

  test('replaces the whole default space by a given one', () => {
    expect(spaceSchema.parse({ gradientClip: { type: 'float', low: 1, high: 20 } })).toEqual({
      gradientClip: range(1, 20),
    })
  })

  test('refuses ranges that are none, or that leave the values of their hyper-parameter', () => {
    expect(messageOf({ learningRate: range(1, 0.1) })).toEqual(['learningRate expected low <= high'])
    expect(messageOf({ weightDecay: range(0, 1, true) })).toEqual(['weightDecay expected low above 0 on a log scale'])
    expect(messageOf({ learningRate: range(0, 1) })).toEqual(['learningRate.low Too small: expected number to be >0'])
    expect(messageOf({ foregroundFraction: range(0, 2) })).toEqual([
      'foregroundFraction.high Too big: expected number to be <=1',
    ])
    expect(messageOf({ loss: { type: 'categorical', choices: [] } })).toEqual([
      'loss.choices Too small: expected array to have >=1 items',
    ])
    expect(messageOf({ dropout: range(0, 1) })?.[0]).toBe(' Unrecognized key: "dropout"')
    expect(messageOf({})).toEqual([' expected at least one hyper-parameter to search'])
  })
})

describe('completeSetting', () => {
  test('prefers what is searched to what is fixed to the default', () => {
    const setting = completeSetting({ loss: 'focal', optimizer: 'sgd' }, { loss: 'tversky', learningRate: 0.5 })
    expect(setting).toEqual({ ...DEFAULT_HYPER_PARAMETERS, optimizer: 'sgd', loss: 'tversky', learningRate: 0.5 })
  })

  test('refuses a name or value that the trainer does not know', () => {
    expect(() => completeSetting({}, { dropout: 0.5 })).toThrow('dropout')
    expect(() => completeSetting({}, { loss: 'hinge' })).toThrow('Invalid option')
  })
})
