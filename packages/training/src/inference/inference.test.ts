import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import type { Shape3 } from '@leanvox/volume'
import type { PreparedImage } from '../patches/prepared-case.ts'
import { argmaxClasses, softmaxClasses } from './class-maps.ts'
import { gaussianWindow } from './gaussian-window.ts'
import { slidingWindow, type TilePredictor } from './sliding-window.ts'
import { tileGrid } from './tile-grid.ts'

const length = fc.integer({ min: 1, max: 13 })
const shapes = fc.tuple(length, length, length)

function imageOf(shape: Shape3, channels = 1): PreparedImage {
  const image = Float32Array.from({ length: channels * shape[0] * shape[1] * shape[2] }, (_, i) => Math.sin(i * 1.7))
  return { image, shape, channels }
}

const identity: TilePredictor = async (tile) => tile.slice()

describe('tileGrid', () => {
  test('covers every voxel, reaches both edges and never exceeds the asked distance', () => {
    fc.assert(
      fc.property(shapes, shapes, fc.constantFrom(0, 0.25, 0.5, 0.75), (shape, patchSize, overlap) => {
        const tiles = tileGrid(shape, { patchSize, overlap })
        shape.forEach((extent, axis) => {
          const starts = [...new Set(tiles.map(({ start }) => start[axis]))]
          const size = patchSize[axis]
          if (extent <= size) return expect(starts).toEqual([0 - Math.floor((size - extent) / 2)])
          expect(starts[0]).toBe(0)
          expect(starts.at(-1)).toBe(extent - size)
          for (let i = 1; i < starts.length; i++) {
            expect(starts[i] - starts[i - 1]).toBeLessThanOrEqual(Math.max(1, Math.ceil(size * (1 - overlap))))
          }
        })
      }),
    )
  })

  test('gives nnU-Net its positions: length 110, patch 64, half a patch apart', () => {
    // By hand: ceil((110 - 64) / 32) = 2 gaps over 46 voxels, so 23 apart; the example in nnU-Net's own comment.
    const tiles = tileGrid([1, 1, 110], { patchSize: [1, 1, 64] })
    expect(tiles.map(({ start }) => start[2])).toEqual([0, 23, 46])
  })

  test('refuses an overlap of 1', () => {
    expect(() => tileGrid([1, 1, 1], { patchSize: [1, 1, 1], overlap: 1 })).toThrow(
      'tileGrid: expected an overlap in [0, 1), got 1',
    )
  })
})

describe('gaussianWindow', () => {
  test('has the deviation of an eighth of the patch', () => {
    // Patch 9: sigma 1.125, so one voxel off the centre weighs exp(-0.5 / 1.125^2) = 0.67362...
    const window = gaussianWindow([1, 1, 9])
    expect(window[4]).toBe(1)
    expect(window[5]).toBeCloseTo(Math.exp(-0.5 / 1.265625), 6)
    expect(window[0]).toBeCloseTo(Math.exp(-0.5 * (4 / 1.125) ** 2), 6)
  })

  test('is symmetric and never below 1e-3', () => {
    const window = gaussianWindow([4, 5, 16])
    expect(window).toEqual(window.slice().reverse())
    expect(Math.min(...window)).toBeCloseTo(1e-3, 9)
  })
})

describe('slidingWindow', () => {
  test('a constant predictor gives its constants everywhere', async () => {
    const predict: TilePredictor = async (tile) => Float32Array.from({ length: tile.length * 3 }, (_, i) => (i % 3) - 1)
    const logits = await slidingWindow(predict, imageOf([5, 9, 13]), { patchSize: [4, 4, 8], classes: 3 })
    const voxels = 5 * 9 * 13
    for (let i = 0; i < logits.length; i++)
      expect(Math.abs(logits[i] - (Math.floor(i / voxels) - 1))).toBeLessThan(1e-6)
  })

  test('an identity network reproduces the image, every channel, for any image and patch size', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, shapes, fc.boolean(), async (shape, patchSize, gaussian) => {
        const image = imageOf(shape, 2)
        const logits = await slidingWindow(identity, image, { patchSize, classes: 2, gaussian })
        expect(logits).toHaveLength(image.image.length)
        for (let i = 0; i < logits.length; i++) expect(Math.abs(logits[i] - image.image[i])).toBeLessThan(2e-6)
      }),
      { numRuns: 60 },
    )
  })

  test('weighs tiles by the window: hand-computed overlap of two tiles', async () => {
    // Length 3, patch 2, overlap 0.5: tiles at 0 and 1; the flat window averages their answers 10 and 20 in the middle.
    let tiles = 0
    const predict: TilePredictor = async () => new Float32Array(2).fill(10 * ++tiles)
    const options = { patchSize: [1, 1, 2] as const, classes: 1, gaussian: false }
    expect([...(await slidingWindow(predict, imageOf([1, 1, 3]), options))]).toEqual([10, 15, 20])
  })

  test('names the size a predictor should have returned', async () => {
    const predict: TilePredictor = async () => new Float32Array(5)
    await expect(slidingWindow(predict, imageOf([2, 2, 2]), { patchSize: [2, 2, 2], classes: 2 })).rejects.toThrow(
      'slidingWindow: expected 16 logits a tile, got 5',
    )
  })

  test('stops at the next tile when aborted', async () => {
    const controller = new AbortController()
    let tiles = 0
    const predict: TilePredictor = async (tile) => {
      if (++tiles === 2) controller.abort(new Error('enough'))
      return tile
    }
    const run = slidingWindow(predict, imageOf([9, 9, 9]), {
      patchSize: [3, 3, 3],
      classes: 1,
      signal: controller.signal,
    })
    await expect(run).rejects.toThrow('enough')
    expect(tiles).toBe(2)
  })
})

describe('classes', () => {
  test('argmax takes the largest, the lower class on a tie', () => {
    expect([...argmaxClasses(Float32Array.of(1, 0, 2, 1, 3, 2), 2)]).toEqual([0, 1, 0])
  })

  test('one channel is foreground where its logit is positive', () => {
    expect([...argmaxClasses(Float32Array.of(-1, 0, 1), 1)]).toEqual([0, 0, 1])
    expect(softmaxClasses(Float32Array.of(0), 1)[0]).toBe(0.5)
  })

  test('softmax of large logits stays finite and sums to 1', () => {
    const [first, second] = softmaxClasses(Float32Array.of(1000, 1000 + Math.log(3)), 2)
    expect(first).toBeCloseTo(0.25, 4)
    expect(first + second).toBeCloseTo(1, 6)
  })
})
