import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { contour } from './contour.ts'
import { sliceGallery } from './slice-gallery.ts'
import { sliceImage } from './slice-image.ts'
import { upscale } from './upscale.ts'

const AMBER = [255, 176, 0]
const BLUE = [56, 189, 248]

function pixels(uri: string) {
  const png = decode(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64'))
  const at = (x: number, y: number) => [...png.data.slice(3 * (y * png.width + x), 3 * (y * png.width + x) + 3)]
  return { ...png, at }
}

/** A filled square of the given half width in the middle of a 16 x 16 slice. */
function squareMask(half: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, i) => {
    const [x, y] = [(i % 16) - 7.5, Math.floor(i / 16) - 7.5]
    return Math.abs(x) < half && Math.abs(y) < half ? 1 : 0
  })
}

describe('sliceGallery', () => {
  it('makes a PNG in which the window ends are black and white and the middle is grey', () => {
    const image = { data: [-100, 0, 50, 100, 300, NaN], width: 6, height: 1 }
    const { images } = sliceGallery({ cases: [{ id: 'a', image, range: [0, 100] }] }, { side: 6 })
    const { width, height, channels, at } = pixels(images[0].uri)
    expect([width, height, channels]).toEqual([6, 1, 3])
    expect([0, 1, 2, 3, 4, 5].map((x) => at(x, 0)[0])).toEqual([0, 0, 128, 255, 255, 0])
  })

  it('draws the reference amber and the prediction blue, inside their masks only', () => {
    const image = { data: new Float32Array(256), width: 16, height: 16 }
    const cases = [{ id: 'a', image, reference: squareMask(6), prediction: squareMask(3) }]
    const { images, outlines } = sliceGallery({ cases }, { side: 64 })
    const { at } = pixels(images[0].uri)
    // The masks' left edges lie at voxels 2 and 5, which is at pixels 8 and 20 of the fourfold picture.
    expect(at(8, 32)).toEqual(AMBER)
    expect(at(9, 32)).toEqual(AMBER)
    expect(at(20, 32)).toEqual(BLUE)
    for (const x of [7, 10, 15, 19, 22, 32]) expect(at(x, 32)).toEqual([0, 0, 0])
    expect(outlines).toEqual(['reference', 'prediction'])
    expect(images[0].alt).toBe('Slice of a with outline of reference and prediction')
  })

  it('lets equal outlines take turns, so that both are seen', () => {
    const image = { data: new Float32Array(256), width: 16, height: 16 }
    const mask = squareMask(6)
    const { images } = sliceGallery({ cases: [{ id: 'a', image, reference: mask, prediction: mask }] }, { side: 64 })
    const { at } = pixels(images[0].uri)
    const edge = Array.from({ length: 40 }, (_, y) => String(at(8, y + 10)))
    expect(edge.filter((colour) => colour === String(AMBER))).toHaveLength(20)
    expect(edge.filter((colour) => colour === String(BLUE))).toHaveLength(20)
  })

  it('keeps the proportions of pixels that are not square', () => {
    const image = { data: new Float32Array(8), width: 4, height: 2 }
    const { images } = sliceGallery({ cases: [{ id: 'a', image, pixelSize: [3, 1] }] }, { side: 60 })
    expect([images[0].width, images[0].height]).toEqual([40, 60])
  })

  it('names the case, the array and the sizes when they do not fit', () => {
    const image = { data: new Float32Array(4), width: 2, height: 2 }
    const cases = [{ id: 'liver_7', image, prediction: new Uint8Array(3) }]
    expect(() => sliceGallery({ cases })).toThrow(
      new RangeError('sliceGallery: expected 4 values (2 x 2) in prediction of liver_7, got 3'),
    )
  })

  it('shows a constant slice black and an empty mask without an outline', () => {
    const image = { data: [5, 5, 5, 5], width: 2, height: 2 }
    const { data } = sliceImage({ image, reference: [0, 0, 0, 0] }, { width: 4, height: 4 })
    expect(new Set(data)).toEqual(new Set([0]))
  })
})

describe('contour', () => {
  it('outlines each label of a label map', () => {
    const mask = { data: [1, 1, 1, 1, 2, 2, 2, 2], width: 8, height: 1 }
    expect([...contour(mask, { width: 8, height: 1, thickness: 1 })]).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
    const wide = contour({ data: [1, 1, 2, 2], width: 2, height: 2 }, { width: 12, height: 12, thickness: 1 })
    const column = Array.from({ length: 12 }, (_, y) => wide[12 * y + 6])
    expect(column).toEqual([1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1])
  })
})

describe('upscale', () => {
  it('interpolates between half-pixel centres and repeats the edges', () => {
    expect([...upscale({ data: [0, 4], width: 2, height: 1 }, { width: 4, height: 1 })]).toEqual([0, 1, 3, 4])
  })

  it('is the identity at the same size', () => {
    const slice = { data: [1, 2, 3, 4, 5, 6], width: 3, height: 2 }
    expect([...upscale(slice, { width: 3, height: 2 })]).toEqual([1, 2, 3, 4, 5, 6])
  })
})
