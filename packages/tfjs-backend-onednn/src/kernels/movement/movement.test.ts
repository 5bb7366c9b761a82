/** Kernels that move elements against the cpu backend's, which must give the same bits. */
import { getKernel, backend as currentBackend, type TensorInfo } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'

import {
  describeNative,
  draws,
  expectAgreement,
  randomTensor,
  runOn,
  startOnednn,
  tensorOf,
  valuesOf,
  type KernelRun,
} from '../../testing.ts'
import { sizeOf } from '../kernel.ts'

type Draws = ReturnType<typeof draws>

const exactly = { tolerance: 1e-30 }

function drawShape(random: Draws, sizes: readonly number[] = [1, 2, 3, 5, 18]): number[] {
  return Array.from({ length: random.integer(1, 5) }, () => random.pick(sizes))
}

/** A tensor of any dtype. */
function drawTensor(shape: readonly number[], random: Draws): TensorInfo {
  const values = random.floats(sizeOf({ shape })).map((value) => Math.trunc(value * 100))
  return tensorOf(
    shape,
    random.pick([values, Int32Array.from(values), Uint8Array.from(values, (value) => Number(value > 0))]),
  )
}

/** For kernels with several outputs. */
function expectAll(run: KernelRun): void {
  const all = (backendName: string) =>
    getKernel(run.name, backendName).kernelFunc({
      inputs: run.inputs,
      attrs: run.attrs,
      backend: currentBackend(),
    } as never) as TensorInfo[]
  const [native, reference] = [all('onednn'), all('cpu')]
  expect(native.map(({ shape }) => shape)).toEqual(reference.map(({ shape }) => shape))
  expect(native.map(valuesOf)).toEqual(reference.map(valuesOf))
}

function shuffled(count: number, random: Draws): number[] {
  return Array.from({ length: count }, (_, i) => ({ i, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i)
}

describeNative('movement', () => {
  beforeAll(startOnednn)

  it('Transpose agrees with the cpu backend on any order of axes', () => {
    const random = draws(41)
    for (let round = 0; round < 120; round++) {
      const shape = drawShape(random)
      expectAgreement(
        {
          name: 'Transpose',
          inputs: { x: drawTensor(shape, random) },
          attrs: { perm: shuffled(shape.length, random) },
        },
        exactly,
      )
    }
  })

  it.each([
    ['channels first from last', [2, 33, 35, 3], [0, 3, 1, 2]],
    ['channels last from first', [2, 20, 33, 35], [0, 2, 3, 1]],
    ['a matrix', [301, 205], [1, 0]],
    ['runs of channels', [9, 40, 70, 8], [0, 2, 1, 3]],
  ])('Transpose agrees with the cpu backend on %s', (_, shape, perm) => {
    expectAgreement({ name: 'Transpose', inputs: { x: randomTensor(shape, draws(42)) }, attrs: { perm } }, exactly)
  })

  it('Slice agrees with the cpu backend, contiguous or not', () => {
    const random = draws(43)
    for (let round = 0; round < 120; round++) {
      const shape = drawShape(random)
      const begin = shape.map((size) => random.integer(0, size - 1))
      const size = shape.map((whole, axis) => random.pick([-1, random.integer(1, whole - begin[axis])]))
      expectAgreement({ name: 'Slice', inputs: { x: drawTensor(shape, random) }, attrs: { begin, size } }, exactly)
    }
  })

  it('StridedSlice agrees with the cpu backend on steps, reversed ones and masks', () => {
    const random = draws(44)
    for (let round = 0; round < 80; round++) {
      const shape = [7, 6, 9]
      const newAxisMask = random.pick([0, 0, 2])
      const strides = shape.map((_, axis) => ((newAxisMask >> axis) & 1 ? 1 : random.pick([1, 2, 3, -1, -2])))
      const begin = strides.map((step, axis) =>
        step > 0 ? random.integer(0, 3) : shape[axis] - 1 - random.integer(0, 2),
      )
      const end = strides.map((step, axis) => (step > 0 ? shape[axis] - random.integer(0, 2) : random.integer(0, 1)))
      const mask = () => random.pick([0, 0, 1, 2, 5])
      const attrs = {
        begin,
        end,
        strides,
        beginMask: mask(),
        endMask: mask(),
        ellipsisMask: 0,
        newAxisMask,
        shrinkAxisMask: 0,
      }
      const run = { name: 'StridedSlice', inputs: { x: drawTensor(shape, random) }, attrs }
      const [native, reference] = [runOn('onednn', run), runOn('cpu', run)]
      expect(native.shape).toEqual(reference.shape)
      expect(valuesOf(native)).toEqual(valuesOf(reference))
    }
  })

  it('StridedSlice drops axes anywhere, as NumPy does', () => {
    const x = tensorOf(
      [3, 4, 5],
      Float32Array.from({ length: 60 }, (_, i) => i),
    )
    const none = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0 }
    // x[2:0:-1, 3, 0:5:2]
    const attrs = { begin: [2, 3, 0], end: [0, 4, 5], strides: [-1, 1, 2], shrinkAxisMask: 2, ...none }
    const y = runOn('onednn', { name: 'StridedSlice', inputs: { x }, attrs })
    expect(y.shape).toEqual([2, 3])
    expect(valuesOf(y)).toEqual(Float32Array.of(55, 57, 59, 35, 37, 39))
  })

  it('SplitV and Unpack agree with the cpu backend', () => {
    const random = draws(45)
    for (let round = 0; round < 40; round++) {
      const shape = [...drawShape(random, [1, 2, 3]).slice(0, 2), 6, ...drawShape(random, [1, 2, 3]).slice(0, 2)]
      const axis = shape.lastIndexOf(6)
      const x = drawTensor(shape, random)
      expectAll({
        name: 'SplitV',
        inputs: { x },
        attrs: { numOrSizeSplits: random.pick<number | number[]>([3, 6, [1, 5], [2, -1, 3]]), axis },
      })
      expectAll({ name: 'Unpack', inputs: { value: x }, attrs: { axis: random.pick([axis, axis - shape.length]) } })
    }
  })

  it('Concat and Pack agree with the cpu backend along any axis', () => {
    const random = draws(46)
    for (let round = 0; round < 80; round++) {
      const shape = drawShape(random)
      const axis = random.integer(0, shape.length - 1)
      const parts = Array.from({ length: random.integer(2, 4) }, () =>
        randomTensor(shape.with(axis, random.integer(1, 6)), random),
      )
      expectAgreement({ name: 'Concat', inputs: parts as never, attrs: { axis } }, exactly)
      const alike = parts.map(() => randomTensor(shape, random))
      expectAgreement(
        { name: 'Pack', inputs: alike as never, attrs: { axis: random.integer(0, shape.length) } },
        exactly,
      )
    }
  })

  it('Concat leaves out empty parts', () => {
    const [full, empty] = [randomTensor([2, 3], draws(1)), tensorOf([2, 0], new Float32Array(0))]
    expectAgreement({ name: 'Concat', inputs: [full, empty, full] as never, attrs: { axis: 1 } }, exactly)
    expect(runOn('onednn', { name: 'Concat', inputs: [empty, empty] as never, attrs: { axis: 1 } }).shape).toEqual([
      2, 0,
    ])
    expect(valuesOf(runOn('onednn', { name: 'Concat', inputs: [full, empty] as never, attrs: { axis: 1 } }))).toEqual(
      valuesOf(full),
    )
  })

  it('PadV2 agrees with the cpu backend on any border', () => {
    const random = draws(47)
    for (let round = 0; round < 80; round++) {
      const shape = drawShape(random, [1, 2, 3, 6])
      const paddings = shape.map(() => [random.integer(0, 3), random.integer(0, 2)])
      const attrs = { paddings, constantValue: random.pick([0, 1, 7]) }
      expectAgreement({ name: 'PadV2', inputs: { x: drawTensor(shape, random) }, attrs }, exactly)
    }
  })

  it('PadV2 leaves a negative border and an empty tensor to the cpu backend', () => {
    const attrs = { paddings: [[1, 2]], constantValue: 5 }
    const run = { name: 'PadV2', inputs: { x: tensorOf([0], new Float32Array(0)) }, attrs }
    expect(valuesOf(runOn('onednn', run))).toEqual(Float32Array.of(5, 5, 5))
  })

  it('Tile and Reverse agree with the cpu backend', () => {
    const random = draws(48)
    for (let round = 0; round < 80; round++) {
      const shape = drawShape(random, [1, 2, 3, 6])
      const x = drawTensor(shape, random)
      expectAgreement({ name: 'Tile', inputs: { x }, attrs: { reps: shape.map(() => random.integer(1, 3)) } }, exactly)
      expectAgreement(
        {
          name: 'Reverse',
          inputs: { x },
          attrs: { dims: shape.map((_, axis) => axis).filter(() => random.next() < 0.5) },
        },
        exactly,
      )
    }
    expect(
      runOn('onednn', { name: 'Tile', inputs: { x: randomTensor([2, 2], random) }, attrs: { reps: [0, 2] } }).shape,
    ).toEqual([0, 4])
  })

  it('GatherV2 agrees with the cpu backend along any axis, in batches too', () => {
    const random = draws(49)
    for (let round = 0; round < 60; round++) {
      const shape = [2, ...drawShape(random)].slice(0, 4)
      const batchDims = random.integer(0, 1)
      const axis = random.integer(batchDims, shape.length - 1)
      const indexShape = batchDims === 1 ? [2, 3] : random.pick([[4], [2, 3], [1]])
      const indices = tensorOf(
        indexShape,
        Int32Array.from({ length: sizeOf({ shape: indexShape }) }, () => random.integer(0, shape[axis] - 1)),
      )
      expectAgreement(
        { name: 'GatherV2', inputs: { x: drawTensor(shape, random), indices }, attrs: { axis, batchDims } },
        exactly,
      )
    }
  })

  it.each([-1, 3, 2147483647, -2147483648])('GatherV2 refuses the index %i with the cpu backend’s message', (index) => {
    const inputs = { x: randomTensor([3, 2], draws(1)), indices: tensorOf([2], Int32Array.of(0, index)) }
    const message = `GatherV2: the index value ${index} is not in [0, 2]`
    expect(() => runOn('onednn', { name: 'GatherV2', inputs, attrs: { axis: 0, batchDims: 0 } })).toThrow(message)
    expect(() => runOn('cpu', { name: 'GatherV2', inputs, attrs: { axis: 0, batchDims: 0 } })).toThrow(message)
  })

  it('OneHot agrees with the cpu backend, indices out of range included', () => {
    const indices = tensorOf([2, 4], Int32Array.of(0, 1, 2, 3, -1, 4, 2147483647, 2))
    for (const dtype of ['float32', 'int32', 'bool']) {
      expectAgreement(
        { name: 'OneHot', inputs: { indices }, attrs: { dtype, depth: 4, onValue: 1, offValue: 0 } },
        exactly,
      )
    }
    expectAgreement(
      { name: 'OneHot', inputs: { indices }, attrs: { dtype: 'float32', depth: 3, onValue: 0.9, offValue: 0.05 } },
      exactly,
    )
  })
})
