import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createVolume, type Volume } from '@leanvox/volume'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writeText } from '../../fixtures/write-picture.ts'
import { encodeDicomSeg } from '../dicom/index.ts'
import { encodeNifti } from '../encode-nifti.ts'
import { writeNifti } from '../write-nifti.ts'
import { checkDataFolder } from './check-data-folder.ts'
import { readDataFolder } from './find-layout.ts'
import type { FindingCode } from './finding.ts'

let folder: string
beforeEach(async () => void (folder = await freshFolder()))

/** A volume of noise that is the same for the same seed. */
function noise(seed: number): Volume {
  const data = Int16Array.from({ length: 32 }, (_, i) => ((i + 1) * (seed + 7) * 7919) % 1000)
  return createVolume({ data, shape: [2, 4, 4] })
}

function mask(values: readonly number[]): Volume {
  return createVolume({ data: Uint8Array.from({ length: 32 }, (_, i) => values[i] ?? 0), shape: [2, 4, 4] })
}

async function write(path: string, volume: Volume): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeNifti(join(folder, path), volume)
}

async function check() {
  return checkDataFolder(await readDataFolder(folder))
}

/** What is said about a subject: severity, sentence and cases. */
async function said(code: FindingCode) {
  const { findings } = await check()
  return findings
    .filter((one) => one.code === code)
    .map(({ severity, message, cases }) => [severity, message, ...cases])
}

describe('names in the masks', () => {
  const named = async (path: string, names: Readonly<Record<number, string>>, volume: Volume) => {
    const labels = Object.entries(names).map(
      ([value, name]) => `<Label Key="${value}" Red="1"><![CDATA[${name}]]></Label>`,
    )
    const text = `<?xml version="1.0"?><CaretExtension><VolumeInformation Index="0"><LabelTable>${labels.join('\n')}</LabelTable>`
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeNifti(join(folder, path), volume, { extensions: [{ code: 0, data: Buffer.from(text) }] })
  }

  test('name the labels of a set that does not', async () => {
    await write('images/a.nii.gz', noise(1))
    await named('labels/a.nii.gz', { 1: 'spleen', 2: 'a &amp; b' }, mask([1, 1, 2]))
    const { labels } = await check()
    expect(labels.map(({ label, name }) => [label, name])).toEqual([
      [1, 'spleen'],
      [2, 'a &amp; b'], // as it stands in CDATA
    ])
    expect(await said('label-name')).toEqual([])
    expect(await said('storage')).toContainEqual(['note', '1 mask with names of labels in a header extension', 'a'])
  })

  test('that stand for different things are a problem where the value occurs', async () => {
    for (const id of ['a', 'b', 'c']) await write(`images/${id}.nii.gz`, noise(id.charCodeAt(0)))
    await named('labels/a.nii.gz', { 1: 'lung_left', 2: 'liver', 7: 'x' }, mask([1, 1, 2]))
    await named('labels/b.nii.gz', { 1: 'upper lobe', 2: 'Liver', 7: 'y' }, mask([1, 2, 2]))
    await write('labels/c.nii.gz', mask([1, 2, 1]))
    expect(await said('label-name')).toEqual([
      ['problem', '1 label called differently by different masks (mask): 1 (lung_left or upper lobe)', 'a', 'b'],
    ])
    expect((await check()).labels[0].name).toBe('lung_left / upper lobe')
  })

  test('that are not those of dataset.json are told as well', async () => {
    const training = [{ image: 'imagesTr/a.nii.gz', label: 'labelsTr/a.nii.gz' }]
    const labels = { 0: 'background', 1: 'front', 2: 'back' }
    await writeText(join(folder, 'dataset.json'), JSON.stringify({ modality: { 0: 'CT' }, labels, training }))
    await write('imagesTr/a.nii.gz', noise(1))
    await named('labelsTr/a.nii.gz', { 1: 'rear', 2: 'BACK' }, mask([1, 1, 2]))
    expect(await said('label-name')).toEqual([
      ['problem', '1 label called differently by different masks (label): 1 (front or rear)', 'a'],
    ])
  })

  test('in what is no label table are nobody’s', async () => {
    await write('images/a.nii.gz', noise(1))
    await mkdir(join(folder, 'labels'), { recursive: true })
    const text = '<CaretExtension><LabelTable><Label Key="x">no</Label><Label Key="3"></Label><Label Key="1">'
    const extensions = [{ code: 0, data: Buffer.from(text) }]
    await writeNifti(join(folder, 'labels/a.nii.gz'), mask([1]), { extensions })
    expect((await check()).labels[0].name).toBeNull()
  })
})

describe('a DICOM segmentation', () => {
  const segments = [1, 2].map((number) => ({ number, label: `part ${number}` }))
  const seg = (values: readonly number[]) =>
    encodeDicomSeg({ labels: mask(values), segments }, { createdAt: new Date('2026-01-02T03:04:05Z') })

  test('as a mask is its label map, whose segments have their names, although they share slices', async () => {
    const values = Array.from({ length: 32 }, (_, i) => i % 3)
    await write('images/a.nii.gz', noise(1))
    await mkdir(join(folder, 'labels'))
    await writeFile(join(folder, 'labels/a.dcm'), seg(values))
    const { labels, masks, findings } = await check()
    expect(masks).toBe(1)
    expect(labels.map(({ label, name, voxels }) => [label, name, voxels.max])).toEqual([
      [1, 'part 1', 11],
      [2, 'part 2', 10],
    ])
    expect(findings.filter(({ severity }) => severity === 'problem')).toEqual([])
  })
})

test('a file that cannot be read is told by its path below the folder', async () => {
  await write('a.nii', noise(1))
  await writeFile(join(folder, 'b.nii'), encodeNifti(noise(2)).subarray(0, -2))
  expect(await said('unreadable')).toEqual([
    ['problem', expect.stringMatching(/^1 image not read \(truncated\); readNifti: .* in b\.nii, got/), 'b'],
  ])
})
