import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { affineFromSpacing, createVolume, type Volume } from '@leanvox/volume'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshFolder, writePng, writeText } from '../../fixtures/write-picture.ts'
import { writeNifti } from '../write-nifti.ts'
import { checkDataFolder } from './check-data-folder.ts'
import { readDataFolder } from './find-layout.ts'
import type { FindingCode } from './finding.ts'

let folder: string
beforeEach(async () => void (folder = await freshFolder()))

/** A volume of noise that is the same for the same seed. */
function noise(seed: number, extras: Partial<Volume> = {}): Volume {
  const shape = extras.shape ?? ([2, 4, 4] as const)
  const length = shape[0] * shape[1] * shape[2]
  const data = extras.data ?? Int16Array.from({ length }, (_, i) => ((i + 1) * (seed + 7) * 7919) % 1000)
  return createVolume({ data, shape, ...(extras.affine ? { affine: extras.affine } : {}) })
}

function mask(values: readonly number[], extras: Partial<Volume> = {}): Volume {
  return noise(0, { ...extras, data: Uint8Array.from({ length: 32 }, (_, i) => values[i] ?? 0) })
}

async function write(path: string, volume: Volume): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeNifti(join(folder, path), volume)
}

/** Cases `<id>` of an MSD data set with labels 1 and 2; a missing volume is not written. */
async function dataset(cases: Readonly<Record<string, { image?: Volume; label?: Volume }>>): Promise<void> {
  const training = Object.keys(cases).map((id) => ({ image: `imagesTr/${id}.nii.gz`, label: `labelsTr/${id}.nii.gz` }))
  const labels = { 0: 'background', 1: 'front', 2: 'back' }
  await writeText(
    join(folder, 'dataset.json'),
    JSON.stringify({ name: 'Set', modality: { 0: 'CT' }, labels, training }),
  )
  for (const [id, { image, label }] of Object.entries(cases)) {
    if (image) await write(`imagesTr/${id}.nii.gz`, image)
    if (label) await write(`labelsTr/${id}.nii.gz`, label)
  }
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

describe('a good data set', () => {
  test('has no findings; the tables count shapes, labels and intensities', async () => {
    await dataset({ a: { image: noise(1), label: mask([1, 1, 2]) }, b: { image: noise(2), label: mask([1, 2, 0, 2]) } })
    const { findings, labels, geometry, intensities, storage, parts, images, masks, cases } = await check()
    expect(findings).toEqual([])
    expect([cases, images, masks]).toEqual([2, 2, 2])
    expect(labels).toEqual([
      {
        mask: 'label',
        label: 1,
        name: 'front',
        present: 2,
        masks: 2,
        voxels: { min: 1, median: 1.5, max: 2 },
        components: { min: 1, median: 1, max: 1 },
      },
      {
        mask: 'label',
        label: 2,
        name: 'back',
        present: 2,
        masks: 2,
        voxels: { min: 1, median: 1.5, max: 2 },
        components: { min: 1, median: 1.5, max: 2 },
      },
    ])
    expect(geometry[0]).toMatchObject({
      of: 'images',
      name: 'CT',
      files: 2,
      shapes: 1,
      extent: [{ min: 2 }, {}, { max: 4 }],
    })
    expect(intensities[0].image).toBe('CT')
    expect(storage).toContainEqual({ of: 'masks', property: 'voxel type', counts: { uint8: 2 } })
    expect(parts).toEqual([{ split: 'training', cases: 2, groups: 0 }])
  })

  test('tells how far it is, and stops when asked to', async () => {
    await dataset({ a: { image: noise(1), label: mask([1, 2]) }, b: { image: noise(2), label: mask([1, 2]) } })
    const data = await readDataFolder(folder)
    const told: unknown[] = []
    await checkDataFolder(data, { onProgress: (progress) => told.push(progress) })
    expect(told).toEqual([
      { done: 1, total: 2, id: 'a' },
      { done: 2, total: 2, id: 'b' },
    ])
    await expect(checkDataFolder(data, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})

describe('a pair', () => {
  test('with a mask of another shape, place or order of voxels is a problem', async () => {
    const affine = affineFromSpacing([1, 1, 1])
    const moved = affine.with(3, 5)
    const flipped = affine.with(0, -1).with(3, 3)
    await dataset({
      fits: { image: noise(1, { affine }), label: mask([1, 2], { affine }) },
      moved: { image: noise(2, { affine: moved }), label: mask([1, 2, 1], { affine }) },
      flipped: { image: noise(3, { affine }), label: mask([1, 2, 2], { affine: flipped }) },
      small: { image: noise(4, { affine, shape: [2, 4, 3] }), label: mask([1, 2, 1, 1], { affine }) },
    })
    const tail = 'than any image of the case'
    expect(await said('mask-geometry')).toEqual([
      [
        'problem',
        `1 of 4 masks on a grid of another place ${tail}, up to 5 mm away; 1 would fit the image of another case`,
        'moved',
      ],
      ['problem', `1 of 4 masks at the place, but with voxels in another order ${tail}`, 'flipped'],
      ['problem', `1 of 4 masks on a grid of another shape ${tail}; 1 would fit the image of another case`, 'small'],
    ])
  })

  test('whose grids are less than half a voxel apart is odd, and within a tenth good', async () => {
    const affine = affineFromSpacing([1, 1, 1])
    await dataset({
      far: { image: noise(1, { affine }), label: mask([1, 2], { affine: affine.with(3, 0.4) }) },
      near: { image: noise(2, { affine }), label: mask([1, 2, 1], { affine: affine.with(3, 0.05) }) },
    })
    const message = '1 of 2 masks on a grid of another place than any image of the case, up to 0.4 mm away'
    expect(await said('mask-geometry')).toEqual([['odd', message, 'far']])
  })

  test('with an empty mask, an undeclared value or a mask equal to the image stands out', async () => {
    const same = mask([1, 2])
    await dataset({
      empty: { image: noise(1), label: mask([]) },
      seven: { image: noise(2), label: mask([1, 7]) },
      same: { image: same, label: same },
    })
    expect(await said('empty-mask')).toEqual([['odd', '1 of 3 masks empty (label)', 'empty']])
    expect(await said('mask-value')).toEqual([
      ['problem', '1 of 3 masks with values that are not declared: 7', 'seven'],
    ])
    expect(await said('mask-is-image')).toEqual([['problem', '1 of 3 masks equal to their image', 'same']])
  })

  test('with a mask of fractions, or of very many values, is a problem', async () => {
    const data = Float32Array.from({ length: 32 }, (_, i) => i / 31)
    const many = Int16Array.from({ length: 300 }, (_, i) => i)
    await dataset({
      fractions: { image: noise(1), label: noise(0, { data }) },
      many: { image: noise(2, { shape: [3, 10, 10] }), label: noise(0, { data: many, shape: [3, 10, 10] }) },
    })
    expect(await said('not-a-label-map')).toEqual([
      ['problem', '1 of 2 masks with more than 256 different values', 'many'],
    ])
    expect(await said('mask-value')).toContainEqual([
      'problem',
      '1 of 2 masks with values that are negative or no whole numbers',
      'fractions',
    ])
  })

  test('with a missing or damaged file is named, and the rest is checked', async () => {
    await dataset({
      a: { image: noise(1), label: mask([1, 2]) },
      gone: { label: mask([2, 1]) },
      torn: { label: mask([2, 1, 1]) },
    })
    await writeText(join(folder, 'imagesTr/torn.nii.gz'), new Uint8Array([0x1f, 0x8b, 8, 0, 0]))
    expect(await said('missing-file')).toEqual([
      ['problem', '1 image of the training part named but not there', 'gone'],
    ])
    const [[severity, message, ...cases]] = await said('unreadable')
    expect([severity, cases]).toEqual(['problem', ['torn']])
    expect(message).toMatch(/^1 image not read \(.*\); .*torn\.nii\.gz, got /)
  })

  test("whose mask is a model's, by its name, is noted", async () => {
    await write('p1/ct.nii.gz', noise(1))
    for (const name of ['gland__AI__x', 'gland__air__x']) await write(`p1/segmentations/${name}.nii.gz`, mask([1]))
    expect(await said('mask-origin')).toEqual([['note', '1 of 2 masks made by a model, as their names say', 'p1']])
  })

  test('with NaN or a constant image stands out', async () => {
    const data = new Float32Array(32).fill(1).with(3, NaN)
    await dataset({ nan: { image: noise(0, { data }), label: mask([1, 2]) } })
    expect(await said('non-finite')).toEqual([['problem', '1 image with NaN or infinite voxels', 'nan']])
    expect(await said('constant-image')).toEqual([['odd', '1 image of one value throughout', 'nan']])
  })
})

describe('a set', () => {
  test('with the same voxels twice is found by content, whatever the file is called or packed with', async () => {
    const twin = noise(5)
    await dataset({
      a: { image: twin, label: mask([1, 2]) },
      b: { image: twin, label: mask([1, 2]) },
      c: { image: noise(6), label: mask([2, 1]) },
    })
    await writeNifti(join(folder, 'imagesTr/b.nii.gz'), twin, { version: 2 })
    expect(await said('duplicate-image')).toEqual([['problem', '2 images of equal content in 1 group', 'a', 'b']])
    expect(await said('duplicate-mask')).toEqual([
      ['odd', '2 masks of equal content in 1 group, of different cases', 'a', 'b'],
    ])
  })

  test('leaks when a lesion or an equal image is in two parts of the split', async () => {
    const rows = [
      ['ISIC_0000001', 'L1', 'train'],
      ['ISIC_0000002', 'L1', 'test'],
      ['ISIC_0000003', 'L2', 'train'],
      ['ISIC_0000004', 'L3', 'test'],
    ]
    await writeText(
      join(folder, 'metadata.csv'),
      ['image_id,lesion_id,split', ...rows.map((row) => row.join(','))].join('\n'),
    )
    for (const [i, [id]] of rows.entries()) {
      // The last two show the same.
      await writePng(join(folder, `images/${id}.png`), [[[Math.min(i, 2), 9, 9]]])
      await writePng(join(folder, `masks/${id}.png`), [[i % 2 === 0 ? 255 : 0]])
    }
    expect(await said('split-leak')).toEqual([
      [
        'problem',
        '2 images of equal content in 1 group, in different parts of the split',
        'ISIC_0000003',
        'ISIC_0000004',
      ],
      [
        'problem',
        '1 of 3 groups (patient or lesion) in several parts of the split, 2 cases',
        'ISIC_0000001',
        'ISIC_0000002',
      ],
    ])
  })

  test('names the mask with more components than usual', async () => {
    const one = mask([1, 1])
    const nine = mask([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1])
    const cases = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`c${i}`, { image: noise(i), label: i === 4 ? nine : one }]),
    )
    await dataset(cases)
    expect(await said('components')).toEqual([])
    await write(
      'labelsTr/c4.nii.gz',
      noise(0, {
        data: Uint8Array.from({ length: 175 }, (_, i) =>
          (i % 5) % 2 === 0 && (Math.floor(i / 5) % 5) % 2 === 0 && Math.floor(i / 25) % 2 === 0 ? 1 : 0,
        ),
        shape: [7, 5, 5],
      }),
    )
    expect(await said('components')).toEqual([
      ['odd', '1 of 9 masks with more components than usual (label, label 1: over 4, at most 36, median 1)', 'c4'],
    ])
  })

  test('names the masks of an unusual size', async () => {
    const sizes = Array.from({ length: 21 }, (_, i) => (i === 20 ? 1 : 14 + (i % 5)))
    await dataset(
      Object.fromEntries(
        sizes.map((size, i) => [`c${i}`, { image: noise(i), label: mask(Array.from({ length: size }, () => 1)) }]),
      ),
    )
    expect(await said('size')).toEqual([
      ['odd', '1 of 21 masks of an unusual size (label, label 1: 1 to 1 voxels, median of all 16)', 'c20'],
    ])
    expect(await said('label-never')).toEqual([['odd', '1 declared label in no mask (label): back (2)']])
  })

  test('tells stored types that differ, rare ones as odd', async () => {
    await dataset({
      a: { image: noise(1), label: mask([1, 2]) },
      b: { image: noise(2, { data: new Float32Array(32).fill(3).with(0, 4) }), label: mask([2, 1]) },
    })
    expect(await said('storage')).toEqual([['note', 'images differ in voxel type: int16 1, float32 1']])
  })
})

describe('pictures', () => {
  test('tells interpolated masks, inverted palettes and squares of one size', async () => {
    await writePng(join(folder, 'images/ISIC_0000001.png'), [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    await writePng(join(folder, 'masks/ISIC_0000001.png'), [
      [0, 255],
      [100, 200],
    ])
    await writePng(join(folder, 'images/ISIC_0000002.png'), [
      [
        [9, 9, 9],
        [4, 5, 6],
      ],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    await writeText(join(folder, 'masks/ISIC_0000002.png'), await invertedPalette())
    expect(await said('stray-values')).toEqual([
      [
        'odd',
        '1 of 2 masks with values between 0 and 255, as interpolation makes them: a label map needs a threshold (2 pixels, 25 % of all)',
        'ISIC_0000001',
      ],
    ])
    expect(await said('storage')).toContainEqual([
      'odd',
      '1 of 2 masks stored as palettes with inverted indices (index 0 is the bright colour): decode colours, not indices',
      'ISIC_0000002',
    ])
    expect(await said('geometry')).toEqual([
      ['note', 'all 2 images (image) are squares of one size: resized pictures may be out of proportion'],
    ])
    const { labels } = await check()
    expect(labels).toMatchObject([{ label: 1, name: 'lesion', present: 2, voxels: { min: 1, max: 2 } }])
  })

  test('tells gaps in the metadata', async () => {
    await writePng(join(folder, 'images/a.png'), [[1, 2]])
    await writePng(join(folder, 'images/b.png'), [[2, 2]])
    await writeText(join(folder, 'table.csv'), 'id,age\na,40\nb,\n')
    expect(await said('metadata')).toEqual([
      ['note', 'metadata is not known for every one of 2 cases; known are age 1'],
    ])
    expect(await said('no-mask')).toEqual([['note', 'all 2 cases without a mask', 'a', 'b']])
  })
})

/** A 2 x 2 PNG with a palette of white and black, in this order; the first pixel is white. */
async function invertedPalette(): Promise<Uint8Array> {
  const png = await sharp(Uint8Array.of(255, 0, 0, 0), { raw: { width: 2, height: 2, channels: 1 } })
    .png({ palette: true, colours: 2 })
    .toBuffer()
  const at = png.indexOf('PLTE')
  const dark = png[at + 4] === 0
  if (!dark) return png
  throw new Error(
    `expected libvips to sort the palette from bright to dark, got ${png.subarray(at + 4, at + 10).join(' ')}`,
  )
}
