import { createRng } from '@leanvox/random'
import { expect, test } from 'vitest'
import { unet } from './index.ts'

const SMALL = { dimensions: 2, channels: [2, 4], convsPerLevel: 1 } as const

test('names are stable, dotted and in a fixed order', () => {
  const names = (parts: Parameters<typeof unet>[0]) => unet(parts).parameters.map(({ name }) => name)
  expect(names(SMALL)).toEqual([
    'encoder.0.conv.0.kernel',
    'encoder.0.conv.0.scale',
    'encoder.0.conv.0.offset',
    'encoder.1.conv.0.kernel',
    'encoder.1.conv.0.scale',
    'encoder.1.conv.0.offset',
    'decoder.0.conv.0.kernel',
    'decoder.0.conv.0.scale',
    'decoder.0.conv.0.offset',
    'head.0.kernel',
    'head.0.bias',
  ])
  expect(names({ ...SMALL, norm: 'none', residualUnits: 1, upsample: 'transposed' })).toEqual([
    'encoder.0.unit.0.conv.0.kernel',
    'encoder.0.unit.0.conv.0.bias',
    'encoder.0.unit.0.skip.kernel',
    'encoder.0.unit.0.skip.bias',
    'encoder.1.unit.0.conv.0.kernel',
    'encoder.1.unit.0.conv.0.bias',
    'encoder.1.unit.0.skip.kernel',
    'encoder.1.unit.0.skip.bias',
    'decoder.0.up.kernel',
    'decoder.0.up.bias',
    'decoder.0.unit.0.conv.0.kernel',
    'decoder.0.unit.0.conv.0.bias',
    'decoder.0.unit.0.skip.kernel',
    'decoder.0.unit.0.skip.bias',
    'head.0.kernel',
    'head.0.bias',
  ])
})

test('the same seed gives the same weights, another seed others', () => {
  const network = unet(SMALL)
  expect(network.init(createRng(1))).toEqual(network.init(createRng(1)))
  expect(network.init(createRng(1))).not.toEqual(network.init(createRng(2)))
})

test('a weight is drawn alike in every network that has it in the same shape', () => {
  const [small, large] = [SMALL, { ...SMALL, channels: [2, 4, 8], deepSupervision: true }].map((parts) =>
    unet(parts).init(createRng(1)),
  )
  expect(large['encoder.1.conv.0.kernel']).toEqual(small['encoder.1.conv.0.kernel'])
})

test('init fills the shapes of the parameters, in their order', () => {
  const network = unet({ residualUnits: 1, channels: [2, 3] })
  const shapes = Object.entries(network.init(createRng(1))).map(([name, { shape, data }]) => {
    expect(data).toHaveLength(shape.reduce((a, b) => a * b, 1))
    return { name, shape }
  })
  expect(shapes).toEqual(network.parameters.map(({ name, shape }) => ({ name, shape })))
})

test('kernels have the Kaiming deviation, with the leaky gain before an activation and 1 elsewhere', () => {
  const network = unet({ dimensions: 2, channels: [64, 64], upsample: 'transposed', leakiness: 0.5, outChannels: 64 })
  const weights = network.init(createRng(7))
  const deviation = (name: string) => {
    const { data } = weights[name]
    return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
  }
  expect(deviation('encoder.1.conv.1.kernel') / Math.sqrt(2 / 1.25 / (64 * 9))).toBeCloseTo(1, 1.5)
  expect(deviation('decoder.0.conv.0.kernel') / Math.sqrt(2 / 1.25 / (128 * 9))).toBeCloseTo(1, 1.5)
  expect(deviation('decoder.0.up.kernel') / Math.sqrt(1 / 64)).toBeCloseTo(1, 1.5)
  expect(deviation('head.0.kernel') / Math.sqrt(1 / 64)).toBeCloseTo(1, 1.5)
})

test('scales start at 1, offsets and biases at 0', () => {
  const weights = unet(SMALL).init(createRng(1))
  expect([...weights['encoder.0.conv.0.scale'].data]).toEqual([1, 1])
  expect([...weights['encoder.0.conv.0.offset'].data]).toEqual([0, 0])
  expect([...weights['head.0.bias'].data]).toEqual([0, 0])
})
