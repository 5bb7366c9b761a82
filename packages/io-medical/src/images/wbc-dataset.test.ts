import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writePng, writeText } from '../../fixtures/write-picture.ts'
import { prepareImages } from './prepare-images.ts'
import { WBC_LABELS, wbcDataset } from './wbc-dataset.ts'

let folder: string

/** A picture and its mask in one of the sets. */
async function cell(set: 1 | 2, id: string, mask: readonly number[]): Promise<void> {
  await writePng(join(folder, `dataset${set}/images/${id}.bmp`), [mask.map(() => [9, 9, 9])])
  await writePng(join(folder, `dataset${set}/masks/${id}.png`), [mask])
}

beforeEach(async () => {
  folder = await freshFolder()
  await writeText(join(folder, 'Class Labels of Dataset 1.csv'), 'image ID,class label\n1,2\n2,5\n')
  await writeText(join(folder, 'Class Labels of Dataset 2.csv'), 'image ID,class\n1,1\n')
})

describe('wbcDataset', () => {
  test('names classes and finds the rows of numbers without zeros in front', async () => {
    await cell(1, '001', [0])
    await cell(1, '002', [0])
    const { cases, warnings, name } = await wbcDataset(folder, { set: 1 })
    expect(cases.map(({ id, metadata }) => [id, metadata])).toEqual([
      ['001', { class: 'lymphocyte' }],
      ['002', { class: 'basophil' }],
    ])
    expect([warnings, name]).toEqual([[], 'WBC data set 1'])
  })

  test('labels background, cytoplasm and nucleus', async () => {
    await cell(1, '001', [0, 128, 255])
    const { cases } = await prepareImages(await wbcDataset(folder, { set: 1 }), { size: null, channels: 3 })
    expect([...cases[0].label]).toEqual([WBC_LABELS.background, WBC_LABELS.cytoplasm, WBC_LABELS.nucleus])
  })

  test('counts the stray greys of set 2 and refuses them in set 1', async () => {
    await cell(2, '001', [0, 50, 7, 128])
    const second = await prepareImages(await wbcDataset(folder, { set: 2 }), { size: null, channels: 3 })
    expect([...second.cases[0].label]).toEqual([0, 0, 0, 1])
    expect(second.warnings).toEqual(['2 pixels of 1 mask taken for the nearest known value'])
    await cell(1, '001', [0, 50])
    await expect(prepareImages(await wbcDataset(folder, { set: 1 }), { size: null, channels: 3 })).rejects.toThrow(
      `expected mask values 0, 128, 255 in ${join(folder, 'dataset1/masks/001.png')}, got 50 at row 0, column 1`,
    )
  })

  test('refuses stray greys further away than the largest of the set', async () => {
    await cell(2, '001', [0, 51])
    await expect(prepareImages(await wbcDataset(folder, { set: 2 }), { size: null, channels: 3 })).rejects.toThrow(
      'got 51',
    )
  })

  test('refuses a class that there is none of', async () => {
    await cell(2, '001', [0])
    const table = join(folder, 'Class Labels of Dataset 2.csv')
    await writeText(table, 'image ID,class\n1,6\n')
    await expect(wbcDataset(folder, { set: 2 })).rejects.toThrow(
      `wbcDataset: expected classes 1 to 5 in ${table}, got 6 for image 001`,
    )
  })
})
