import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createVolume, type Volume } from '@leanvox/volume'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writePng, writeText } from '../../fixtures/write-picture.ts'
import { MedicalImageError } from '../errors.ts'
import { writeDataset } from '../write-dataset.ts'
import { writeNifti } from '../write-nifti.ts'
import type { DataCase, DataFolder } from './data-folder.ts'
import { DATA_LAYOUTS, readDataFolder } from './find-layout.ts'

let folder: string
beforeEach(async () => void (folder = await freshFolder()))

const cube = (shape: [number, number, number] = [2, 2, 2]): Volume =>
  createVolume({ data: new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1), shape })

async function volume(path: string, content: Volume = cube()): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeNifti(join(folder, path), content)
}

/** Ids with what they have, by name and by file below the folder. */
function shown({ cases }: DataFolder): unknown[] {
  const files = (list: DataCase['images']) => list.map(({ name, path }) => `${name}: ${path.slice(folder.length + 1)}`)
  return cases.map(({ id, images, masks }) => [id, files(images), files(masks)])
}

describe('readDataFolder', () => {
  test('tells MSD by its list of files and takes names and labels from dataset.json', async () => {
    const labels = { background: 0, organ: 1 }
    const cases = [{ id: 'a', image: cube(), label: cube() }]
    await writeDataset(folder, { name: 'Tiny', channelNames: ['CT'], labels, cases })
    const data = await readDataFolder(folder)
    expect([data.layout, data.name, data.oneGrid]).toEqual(['msd', 'Tiny', true])
    expect(shown(data)).toEqual([['a', ['CT: imagesTr/a.nii.gz'], ['label: labelsTr/a.nii.gz']]])
    expect(data.cases[0]).toMatchObject({ split: 'training', group: null, masks: [{ labels, rule: null }] })
  })

  test('keeps a test image of the name of a training image apart', async () => {
    const training = [{ image: './imagesTr/a.nii.gz', label: './labelsTr/a.nii.gz' }]
    const test = ['./imagesTr/a.nii.gz']
    await writeText(
      join(folder, 'dataset.json'),
      JSON.stringify({ labels: { 0: 'background', 1: 'x' }, training, test }),
    )
    const { cases } = await readDataFolder(folder)
    expect(cases.map(({ id, split }) => [id, split])).toEqual([
      ['a', 'training'],
      ['test/a', 'test'],
    ])
  })

  test('tells nnU-Net v2 by a dataset.json without a list', async () => {
    const json = { channel_names: { 0: 'T2', 1: 'ADC' }, labels: { background: 0, lesion: 1 }, file_ending: '.nii.gz' }
    await writeText(join(folder, 'dataset.json'), JSON.stringify({ ...json, numTraining: 1 }))
    for (const file of ['imagesTr/p1_0000', 'imagesTr/p1_0001', 'labelsTr/p1']) await volume(`${file}.nii.gz`)
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('nnunet')
    expect(shown(data)).toEqual([
      ['p1', ['T2: imagesTr/p1_0000.nii.gz', 'ADC: imagesTr/p1_0001.nii.gz'], ['label: labelsTr/p1.nii.gz']],
    ])
  })

  test('reads CAMUS views with the split of their patient and what Info files say', async () => {
    const patient = 'database_nifti/patient0001/'
    for (const file of ['2CH_ED', '2CH_ED_gt', '2CH_half_sequence', '4CH_ES']) {
      await volume(`${patient}patient0001_${file}.nii.gz`, cube([1, 2, 2]))
    }
    await writeText(join(folder, `${patient}Info_2CH.cfg`), 'ED: 1\nSex: F\nImageQuality: Good\n')
    await writeText(join(folder, 'database_split/subgroup_testing.txt'), 'patient0001\npatient0002\n')
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('camus')
    expect(shown(data)).toEqual([
      [
        'patient0001_2CH_ED',
        [`2CH: ${patient}patient0001_2CH_ED.nii.gz`],
        [`gt: ${patient}patient0001_2CH_ED_gt.nii.gz`],
      ],
      ['patient0001_4CH_ES', [`4CH: ${patient}patient0001_4CH_ES.nii.gz`], []],
    ])
    expect(data.cases[0]).toMatchObject({
      group: 'patient0001',
      split: 'testing',
      metadata: { view: '2CH', phase: 'ED', Sex: 'F', ImageQuality: 'Good' },
    })
  })

  test('reads OASIS sessions, volume and slice apart, with the label tables', async () => {
    const session = 'OASIS_OAS1_0001_MR1/'
    for (const name of ['orig', 'aligned_norm', 'aligned_seg35', 'seg4', 'slice_norm', 'slice_seg24']) {
      await volume(`${session}${name}.nii.gz`)
    }
    await writeText(join(folder, 'seg35_labels.txt'), '1 Left-Cortex 1 2 3\n2 Right-Cortex 1 2 3\n')
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('oasis')
    expect(shown(data)).toEqual([
      [
        'OASIS_OAS1_0001_MR1',
        [`aligned_norm: ${session}aligned_norm.nii.gz`],
        [`aligned_seg35: ${session}aligned_seg35.nii.gz`],
      ],
      [
        'OASIS_OAS1_0001_MR1/slice',
        [`slice_norm: ${session}slice_norm.nii.gz`],
        [`slice_seg24: ${session}slice_seg24.nii.gz`],
      ],
    ])
    expect(data.cases.map(({ group }) => group)).toEqual(['0001', '0001'])
    expect(data.cases[0].masks[0].labels).toEqual({ background: 0, 'Left-Cortex': 1, 'Right-Cortex': 2 })
  })

  test('reads PROSTATEx series by patient, T2 first, with masks and counted findings', async () => {
    const image = 'images/ProstateX-0003'
    for (const [series, file] of [
      ['8.0-ep2d_diff_tra_ADC-1', '1.dcm'],
      ['4.0-t2_tse_tra-2', '1.dcm'],
      ['4.0-t2_tse_tra-2', '2.dcm'],
    ]) {
      await writeText(join(folder, image, series, file), '')
    }
    await volume('masks/ProstateX-0003__11_22/lesions__human__11_22.nii.gz')
    const findings = 'ProxID,fid,ClinSig\nProstateX-0003,1,TRUE\nProstateX-0003,2,FALSE\nProstateX-0004,1,TRUE\n'
    await writeText(join(folder, 'ProstateX-Findings-Train.csv'), findings)
    await writeText(join(folder, 'metadata.csv'), 'patient_id,psa\n11,5.1\n12,\n')
    const data = await readDataFolder(folder)
    expect([data.layout, data.oneGrid]).toEqual(['prostatex', false])
    expect(shown(data)).toEqual([
      [
        'ProstateX-0003',
        [`T2: ${image}/4.0-t2_tse_tra-2`, `ADC: ${image}/8.0-ep2d_diff_tra_ADC-1`],
        ['lesions__human: masks/ProstateX-0003__11_22/lesions__human__11_22.nii.gz'],
      ],
    ])
    expect(data.cases[0].images[0].files).toHaveLength(2)
    expect(data.cases[0]).toMatchObject({
      group: 'ProstateX-0003',
      metadata: { findings: '2', significant: '1', patient_id: '11', psa: '5.1' },
    })
  })

  test('reads both sets of white blood cells, each with its own rule for greys', async () => {
    for (const set of [1, 2]) {
      await writePng(join(folder, `dataset${set}/images/001.png`), [[[9, 9, 9]]])
      await writePng(join(folder, `dataset${set}/masks/001.png`), [[128]])
      await writeText(join(folder, `Class Labels of Dataset ${set}.csv`), 'image ID,class\n1,1\n')
    }
    const { layout, cases } = await readDataFolder(folder)
    expect(layout).toBe('wbc')
    expect(cases.map(({ id, metadata }) => [id, metadata])).toEqual([
      ['1/001', { class: 'neutrophil', set: '1' }],
      ['2/001', { class: 'neutrophil', set: '2' }],
    ])
    expect(cases.map(({ masks }) => masks[0].rule)).toMatchObject([{ kind: 'values' }, { tolerance: 50 }])
  })

  test('reads skin lesions with lesion and split', async () => {
    await writePng(join(folder, 'images/ISIC_0000001.png'), [[[9, 9, 9]]])
    await writePng(join(folder, 'masks/ISIC_0000001_segmentation.png'), [[255]])
    await writeText(join(folder, 'metadata.csv'), 'image_id,lesion_id,isic2017_split\nISIC_0000001,L1,train\n')
    const { layout, cases } = await readDataFolder(folder)
    expect([layout, cases[0].group, cases[0].split]).toEqual(['skin', 'L1', 'train'])
    expect(cases[0].masks).toMatchObject([{ rule: { kind: 'threshold' }, labels: { background: 0, lesion: 1 } }])
  })

  test('reads X-rays with a mask of each dentist, in the order of numbers', async () => {
    for (const id of [1, 2, 10]) await writePng(join(folder, `Images/${id}.png`), [[9]])
    for (const reader of [1, 2]) await writePng(join(folder, `Segmentation${reader}/10.png`), [[255]])
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('pandental')
    expect(shown(data)).toEqual([
      ['1', ['X-ray: Images/1.png'], []],
      ['2', ['X-ray: Images/2.png'], []],
      ['10', ['X-ray: Images/10.png'], ['Segmentation1: Segmentation1/10.png', 'Segmentation2: Segmentation2/10.png']],
    ])
  })

  test('reads any folder of pictures, with its table', async () => {
    await writePng(join(folder, 'images/a.png'), [[1]])
    await writePng(join(folder, 'images/b.png'), [[1]])
    await writePng(join(folder, 'labels/a_mask.png'), [[2]])
    await writeText(join(folder, 'people.csv'), 'patient_id,image,fold\np1,a.png,1\np1,b.png,2\n')
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('image-folder')
    expect(shown(data)).toEqual([
      ['a', ['image: images/a.png'], ['mask: labels/a_mask.png']],
      ['b', ['image: images/b.png'], []],
    ])
    expect(data.cases.map(({ group, split }) => [group, split])).toEqual([
      ['p1', '1'],
      ['p1', '2'],
    ])
    expect(data.warnings).toEqual(['1 image without a mask (kept, mask null): b'])
  })

  test('reads parts of a split in folders of their own', async () => {
    for (const part of ['train', 'test']) {
      await writePng(join(folder, part, 'images/a.png'), [[1]])
      await writePng(join(folder, part, 'masks/a.png'), [[1]])
    }
    const { cases } = await readDataFolder(folder)
    expect(cases.map(({ id, split }) => [id, split])).toEqual([
      ['test/a', 'test'],
      ['train/a', 'train'],
    ])
  })

  test('pairs volumes by the words of their names, and by grid where names leave a choice', async () => {
    await volume('example_ct.nii.gz', cube([3, 3, 3]))
    await volume('example_ct_sm.nii.gz', cube([2, 2, 2]))
    await volume('example_mr_sm.nii.gz', cube([2, 2, 3]))
    await volume('example_seg.nii.gz', cube([2, 2, 2]))
    await volume('example_seg_mr.nii.gz', cube([2, 2, 3]))
    await volume('other_mask.nii.gz')
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('volume-folder')
    expect(shown(data)).toEqual([
      ['example_ct', ['image: example_ct.nii.gz'], []],
      ['example_ct_sm', ['image: example_ct_sm.nii.gz'], ['mask: example_seg.nii.gz']],
      ['example_mr_sm', ['image: example_mr_sm.nii.gz'], ['mask: example_seg_mr.nii.gz']],
    ])
    expect(data.warnings).toEqual(['1 mask without one image to belong to (left out): other_mask.nii.gz'])
  })

  test('reads one folder a case, and folders of images and labels', async () => {
    for (const file of ['s1/ct', 's1/segmentations/liver', 's1/segmentations/spleen', 'images/a', 'labels/a']) {
      await volume(`${file}.nii.gz`)
    }
    expect(shown(await readDataFolder(folder))).toEqual([
      ['a', ['image: images/a.nii.gz'], ['mask: labels/a.nii.gz']],
      ['s1', ['ct: s1/ct.nii.gz'], ['liver: s1/segmentations/liver.nii.gz', 'spleen: s1/segmentations/spleen.nii.gz']],
    ])
  })

  test('takes what is left as loose files, by content', async () => {
    await volume('a/b/c/deep.nii.gz')
    await writePng(join(folder, 'a/picture.dat'), [[1]])
    await writeText(join(folder, 'a/notes.txt'), 'nothing')
    const data = await readDataFolder(folder)
    expect(data.layout).toBe('files')
    expect(shown(data)).toEqual([
      ['a/b/c/deep.nii.gz', ['image: a/b/c/deep.nii.gz'], []],
      ['a/picture.dat', ['image: a/picture.dat'], []],
    ])
    expect(data.warnings).toEqual(['1 file that holds no image known here (passed over): .txt 1'])
  })

  test('takes the layout that is asked for', async () => {
    await writePng(join(folder, 'images/a.png'), [[1]])
    expect((await readDataFolder(folder, { layout: 'files' })).cases.map(({ id }) => id)).toEqual(['images/a.png'])
    await expect(readDataFolder(folder, { layout: 'no' as 'msd' })).rejects.toThrow(
      'readDataFolder: expected a layout of msd, nnunet, camus, oasis, prostatex, wbc, skin, pandental, ' +
        'image-folder, volume-folder, files, got no',
    )
  })

  test('refuses a folder that is not there or empty', async () => {
    await expect(readDataFolder(join(folder, 'no'))).rejects.toThrow(MedicalImageError)
    await expect(readDataFolder(join(folder, 'no'))).rejects.toThrow('expected a folder in')
    await expect(readDataFolder(folder)).rejects.toThrow('expected a folder with files')
  })
})

test('every layout documents its tree', () => {
  expect(DATA_LAYOUTS.filter(({ tree, title }) => tree.length < 20 || title === '')).toEqual([])
})
