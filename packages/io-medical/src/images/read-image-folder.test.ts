import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writeText } from '../../fixtures/write-picture.ts'
import { readImageFolder } from './read-image-folder.ts'

let folder: string

beforeEach(async () => {
  folder = await freshFolder()
})

/** Empty files: listing opens none of them. */
async function files(...paths: string[]): Promise<void> {
  for (const path of paths) await writeText(join(folder, path), '')
}

describe('readImageFolder', () => {
  test('joins images, masks and rows on the id, sorted', async () => {
    await files('images/b.JPG', 'images/a.png', 'masks/a_segmentation.png', 'masks/b.bmp')
    await writeText(join(folder, 'm.csv'), 'image,age\nb.jpg,40\na,\n')
    const { cases, warnings, masks } = await readImageFolder(folder, { table: 'm.csv' })
    expect(cases).toEqual([
      {
        id: 'a',
        image: join(folder, 'images/a.png'),
        mask: join(folder, 'masks/a_segmentation.png'),
        metadata: { image: 'a', age: null },
      },
      {
        id: 'b',
        image: join(folder, 'images/b.JPG'),
        mask: join(folder, 'masks/b.bmp'),
        metadata: { image: 'b.jpg', age: '40' },
      },
    ])
    expect(warnings).toEqual([])
    expect(masks).toEqual({ kind: 'threshold', above: 127 })
  })

  test('counts what has no partner, and goes on', async () => {
    await files('images/a.png', 'images/b.png', 'images/c.png', 'images/notes.txt', 'images/.DS_Store')
    await files('masks/a.png', 'masks/x.png', 'masks/y.png')
    await writeText(join(folder, 'm.csv'), 'image\na\nb\np\nq\nr\ns\n')
    const { cases, warnings } = await readImageFolder(folder, { table: 'm.csv' })
    expect(cases.map(({ id, mask }) => [id, mask !== null])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ])
    expect(cases[2].metadata).toEqual({ image: null })
    expect(warnings).toEqual([
      '2 images without a mask (kept, mask null): b, c',
      '2 masks without an image (left out): x, y',
      '1 file that is no picture (passed over)',
      '4 rows of m.csv without an image (left out): p, q, r, …',
      '1 image without a row in m.csv (metadata unknown): c',
    ])
  })

  test('tells masks from images by their suffix in a shared folder', async () => {
    await files('a.png', 'a_mask.png', 'b.png', 'a_superpixels.png')
    const { cases } = await readImageFolder(folder, { images: '.', masks: '.', ignore: /_superpixels$/ })
    expect(cases.map(({ id, mask }) => [id, mask])).toEqual([
      ['a', join(folder, 'a_mask.png')],
      ['b', null],
    ])
  })

  test('reads several folders of images, and none of masks', async () => {
    await files('one/a.png', 'two/b.png')
    const { cases, warnings } = await readImageFolder(folder, { images: ['one', 'two'], masks: null, name: 'N' })
    expect(cases.map(({ id, mask }) => [id, mask])).toEqual([
      ['a', null],
      ['b', null],
    ])
    expect(warnings).toEqual([])
  })

  test('refuses two pictures or two rows of one id', async () => {
    await files('images/a.png', 'images/a.jpg', 'masks/a.png')
    await expect(readImageFolder(folder)).rejects.toMatchObject({
      code: 'duplicate-id',
      expected: 'one picture for "a"',
    })
    folder = await freshFolder()
    await files('images/a.png', 'masks/a.png')
    await writeText(join(folder, 'm.csv'), 'image\na.png\na.jpg\n')
    await expect(readImageFolder(folder, { table: 'm.csv' })).rejects.toMatchObject({ code: 'duplicate-id' })
  })

  test('refuses a table without a column that is needed', async () => {
    await files('images/a.png', 'masks/a.png')
    await writeText(join(folder, 'm.csv'), 'image,age\na,3\n')
    await expect(readImageFolder(folder, { table: 'm.csv', columns: ['age', 'sex', 'site'] })).rejects.toThrow(
      `readImageFolder: expected the columns "sex", "site" in ${join(folder, 'm.csv')}, got columns image, age`,
    )
  })

  test('refuses folders that are missing, empty or do not belong together', async () => {
    await expect(readImageFolder(folder)).rejects.toThrow(
      `readImageFolder: expected a folder of pictures in ${join(folder, 'images')}, got no such folder`,
    )
    await files('images/.keep', 'masks/.keep')
    await expect(readImageFolder(folder)).rejects.toThrow(`expected at least one picture in ${folder}, got none`)
    await files('images/a.png', 'masks/z.png')
    await expect(readImageFolder(folder)).rejects.toThrow(
      `expected masks named after images in ${folder}, got masks such as "z" and images such as "a"`,
    )
  })
})
