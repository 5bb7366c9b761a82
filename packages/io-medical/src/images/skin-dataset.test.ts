import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writeText } from '../../fixtures/write-picture.ts'
import { prepareImages } from './prepare-images.ts'
import { skinDataset } from './skin-dataset.ts'

let folder: string

beforeEach(async () => {
  folder = await freshFolder()
})

async function files(...paths: string[]): Promise<void> {
  for (const path of paths) await writeText(join(folder, path), '')
}

const facts = ({ metadata }: { metadata: Readonly<Record<string, string | null>> }) =>
  ['age', 'sex', 'site', 'diagnosis', 'lesion'].map((fact) => metadata[fact])

describe('skinDataset', () => {
  test('reads HAM10000 in two image folders, and its facts', async () => {
    await files('HAM10000_images_part_1/ISIC_1.jpg', 'HAM10000_images_part_2/ISIC_2.jpg')
    await files('HAM10000_segmentations_lesion_tschandl/ISIC_1_segmentation.png')
    const rows = 'HAM_0,ISIC_1,nv,histo,45.0,male,back\nHAM_1,ISIC_2,MEL,histo,,unknown,unknown\n'
    await writeText(join(folder, 'HAM10000_metadata'), `lesion_id,image_id,dx,dx_type,age,sex,localization\n${rows}`)
    const { cases, warnings } = await skinDataset(folder)
    expect(cases.map(facts)).toEqual([
      ['45', 'male', 'back', 'nv', 'HAM_0'],
      [null, null, null, 'mel', 'HAM_1'],
    ])
    expect(cases[0].metadata['dx_type']).toBe('histo')
    expect(warnings).toEqual(['1 image without a mask (kept, mask null): ISIC_2'])
  })

  test.each([
    ['ISIC2018_Task1-2_Training_Input', 'ISIC2018_Task1_Training_GroundTruth', '_segmentation'],
    ['ISIC-2017_Training_Data', 'ISIC-2017_Training_Part1_GroundTruth', '_segmentation'],
    ['ISIC-2017_Test_v2_Data', 'ISIC-2017_Test_v2_Part1_GroundTruth', '_segmentation'],
    ['ISBI2016_ISIC_Part1_Training_Data', 'ISBI2016_ISIC_Part1_Training_GroundTruth', '_Segmentation'],
  ])('knows %s', async (images, masks, suffix) => {
    await files(`${images}/ISIC_1.jpg`, `${images}/ISIC_1_superpixels.png`, `${masks}/ISIC_1${suffix}.png`)
    const { cases, warnings } = await skinDataset(folder)
    expect(cases).toMatchObject([{ id: 'ISIC_1', mask: join(folder, masks, `ISIC_1${suffix}.png`) }])
    expect(warnings).toEqual(['no metadata table (all metadata unknown)'])
  })

  test('says which facts have no column, and which ages are no numbers', async () => {
    await files('images/ISIC_1.jpg', 'masks/ISIC_1.png')
    await writeText(join(folder, 'metadata.csv'), 'image_id,age,sex\nISIC_1,old,female\n')
    const { cases, warnings } = await skinDataset(folder)
    expect(facts(cases[0])).toEqual([null, 'female', null, null, null])
    expect(warnings).toEqual([
      'metadata.csv has no column for site, diagnosis, lesion (unknown for every image)',
      '1 age in metadata.csv that is no number (unknown)',
    ])
  })

  test('reads palette masks by colour, not by index', async () => {
    const pictures = new URL('../../fixtures/pictures/', import.meta.url).pathname
    await mkdir(join(folder, 'images'))
    await mkdir(join(folder, 'masks'))
    await copyFile(join(pictures, 'colour.png'), join(folder, 'images/ISIC_1.png'))
    await copyFile(join(pictures, 'inverted-palette.png'), join(folder, 'masks/ISIC_1.png'))
    const { cases } = await prepareImages(await skinDataset(folder), { size: null, channels: 3 })
    await copyFile(join(pictures, 'grey.png'), join(folder, 'masks/ISIC_1.png'))
    const reference = await prepareImages(await skinDataset(folder), { size: null, channels: 3 })
    // Index 0, white, is where the grey picture is above 127.
    expect(cases[0].label).toEqual(reference.cases[0].label)
    expect(cases[0].label.some((label) => label === 1)).toBe(true)
  })

  test('says that a folder is missing', async () => {
    const missing = join(folder, 'nowhere')
    await expect(skinDataset(missing)).rejects.toThrow(
      `expected a folder of pictures in ${join(missing, 'images')}, got no such folder`,
    )
  })
})
