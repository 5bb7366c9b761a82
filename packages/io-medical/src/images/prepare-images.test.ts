import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writePng, writeText } from '../../fixtures/write-picture.ts'
import type { ImageDataset } from './image-dataset.ts'
import { prepareImages } from './prepare-images.ts'
import { readImageFolder } from './read-image-folder.ts'

const pictures = new URL('../../fixtures/pictures/', import.meta.url).pathname
let folder: string

beforeEach(async () => {
  folder = await freshFolder()
  await mkdir(join(folder, 'masks'))
})

type Rows = readonly (readonly (number | readonly number[])[])[]

/** Adds a picture and, where given, its mask. */
async function add(id: string, image: Rows, mask?: Rows): Promise<void> {
  await writePng(join(folder, `images/${id}.png`), image)
  if (mask) await writePng(join(folder, `masks/${id}.png`), mask)
}

const dataset = (): Promise<ImageDataset> => readImageFolder(folder)
const own = { size: null, channels: 3 } as const

describe('prepareImages', () => {
  test('gives channel-first planes, a label map and metadata, in the order of the data set', async () => {
    await add(
      'b',
      [
        [
          [255, 0, 51],
          [0, 255, 102],
        ],
      ],
      [[255, 0]],
    )
    await add('a', [[[0, 0, 0]], [[51, 51, 51]]], [[0], [255]])
    const { cases, bad, warnings } = await prepareImages(await dataset(), own)
    expect(cases.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(cases[1]).toMatchObject({ shape: [1, 1, 2], channels: 3, hasLabel: true, sourceSize: [1, 2], metadata: {} })
    expect([...cases[1].image]).toEqual([1, 0, 0, 1, 0.2, 0.4].map(Math.fround))
    expect([...cases[0].label, ...cases[1].label]).toEqual([0, 1, 1, 0])
    expect([bad, warnings]).toEqual([[], []])
  })

  test('resizes the image smoothly and the mask to the nearest, and leads back to source pixels', async () => {
    await add(
      'a',
      [
        [
          [0, 0, 0],
          [255, 255, 255],
        ],
      ],
      [[0, 255]],
    )
    const { cases, warnings } = await prepareImages(await dataset(), { size: [1, 4], channels: 1 })
    expect([...cases[0].image].map((value) => Number(value.toFixed(5)))).toEqual([0, 0.25, 0.75, 1])
    expect([...cases[0].label]).toEqual([0, 0, 1, 1])
    expect(cases[0].spacing).toEqual([1, 1, 0.5])
    // The first of four output pixels has its centre a quarter pixel left of the first source pixel's.
    expect(cases[0].affine).toEqual([0.5, 0, 0, -0.25, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    expect(warnings).toEqual(['1 image turned from colour to grey', '1 image with other proportions after resizing'])
  })

  test('keeps pictures without a mask, with hasLabel false', async () => {
    await add('a', [[[9, 9, 9]]], [[255]])
    await add('b', [[[9, 9, 9]]])
    const { cases } = await prepareImages(await dataset(), own)
    expect(cases.map(({ hasLabel, label }) => [hasLabel, ...label])).toEqual([
      [true, 1],
      [false, 0],
    ])
  })

  test('windows and standardises values in [0, 1], each channel for itself', async () => {
    await add('a', [
      [
        [0, 51, 7],
        [255, 51, 7],
      ],
    ])
    const window = await prepareImages(await dataset(), { ...own, intensity: { kind: 'window', low: 0.2, high: 0.6 } })
    expect([...window.cases[0].image]).toEqual([0, 1, 0, 0, 0, 0].map((value) => expect.closeTo(value, 6)))
    const score = await prepareImages(await dataset(), { ...own, intensity: { kind: 'z-score' } })
    expect([...score.cases[0].image]).toEqual([-1, 1, 0, 0, 0, 0].map((value) => expect.closeTo(value, 6)))
  })

  test('says once and counted what it changed', async () => {
    await add('a', [[9, 9]], [[0, 0]])
    await add(
      'b',
      [
        [
          [9, 9, 9, 255],
          [9, 9, 9, 255],
        ],
      ],
      [[0, 255]],
    )
    await add(
      'c',
      [
        [
          [9, 9, 9, 255],
          [9, 9, 9, 1],
        ],
      ],
      [[0, 255]],
    )
    await add('d', [[9, 9]])
    await copyFile(join(pictures, 'colour16.png'), join(folder, 'images/e.png'))
    const { warnings } = await prepareImages(await dataset(), own)
    expect(warnings).toEqual([
      '1 image of 16 bits (scaled by 65535)',
      '1 image with an opaque alpha channel (left out)',
      '1 image with transparent pixels (alpha left out, colours kept)',
      '2 images turned from grey to colour',
      '1 image whose mask is background only',
    ])
  })

  test('takes labels of mask values in place of the rule of the data set', async () => {
    await add(
      'a',
      [
        [
          [9, 9, 9],
          [9, 9, 9],
        ],
      ],
      [[3, 7]],
    )
    const { cases } = await prepareImages(await dataset(), { ...own, labels: { 3: 1, 7: 2 } })
    expect([...cases[0].label]).toEqual([1, 2])
    const rule = { kind: 'threshold', above: 3 } as const
    const { cases: above } = await prepareImages(await dataset(), { ...own, labels: rule })
    expect([...above[0].label]).toEqual([0, 1])
    await expect(prepareImages(await dataset(), { ...own, labels: { 3: 1 } })).rejects.toMatchObject({
      code: 'mask-value',
      caseId: 'a',
      found: '7 at row 0, column 1',
    })
  })

  test('refuses a mask of another size', async () => {
    await add(
      'a',
      [
        [
          [9, 9, 9],
          [9, 9, 9],
        ],
      ],
      [[0], [255]],
    )
    const [image, mask] = [join(folder, 'images/a.png'), join(folder, 'masks/a.png')]
    await expect(prepareImages(await dataset(), own)).rejects.toThrow(
      `prepareImages: expected 2 x 1 pixels, like ${image} in ${mask}, got 1 x 2 pixels`,
    )
  })

  test('stops at a damaged picture, or leaves it out, counted', async () => {
    await add('a', [[[9, 9, 9]]], [[255]])
    await writeText(join(folder, 'images/b.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0))
    await expect(prepareImages(await dataset(), own)).rejects.toMatchObject({ code: 'bad-image', caseId: 'b' })
    const { cases, bad, warnings } = await prepareImages(await dataset(), { ...own, onBadImage: 'skip' })
    expect(cases.map(({ id }) => id)).toEqual(['a'])
    expect(bad).toMatchObject([{ caseId: 'b', file: join(folder, 'images/b.jpg') }])
    expect(warnings).toEqual(['1 image could not be used (left out)'])
  })

  test('reports progress and stops when asked to', async () => {
    for (const id of ['a', 'b', 'c']) await add(id, [[[9, 9, 9]]])
    const seen: string[] = []
    await prepareImages(await dataset(), { ...own, onProgress: ({ done, total }) => seen.push(`${done}/${total}`) })
    expect(seen).toEqual(['1/3', '2/3', '3/3'])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(prepareImages(await dataset(), { ...own, signal })).rejects.toThrow('enough')
  })

  test('refuses a size without pixels', async () => {
    await add('a', [[[9, 9, 9]]])
    await expect(prepareImages(await dataset(), { ...own, size: [0, 4] })).rejects.toThrow(RangeError)
  })
})
