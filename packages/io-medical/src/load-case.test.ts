import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVolume, type Affine, type Shape3, type Volume, type VoxelData } from '@leanvox/volume'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CaseChecks } from './case.ts'
import type { Dataset } from './dataset.ts'
import { isMedicalImageError, MedicalImageError } from './errors.ts'
import { inspectDataset } from './inspect-dataset.ts'
import { loadCase } from './load-case.ts'
import { writeNifti } from './write-nifti.ts'

const SHAPE: Shape3 = [2, 3, 4]
const SPACING = [5, 1, 2] as const
const declared = { labels: { background: 0, liver: 1 }, channelNames: ['CT'] }

let folder: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'io-medical-'))
})

function grid<D extends VoxelData>(data: D, shape: Shape3 = SHAPE): Volume<D> {
  return createVolume({ data, shape, spacing: SPACING })
}

const image = grid(Int16Array.from({ length: 24 }, (_, i) => i))
const label = grid(Uint8Array.from({ length: 24 }, (_, i) => (i === 5 ? 1 : 0)))

function moved(volume: Volume, mm: number): Volume {
  const affine: Affine = volume.affine.map((value, i) => (i === 3 ? value + mm : value))
  return { ...volume, affine }
}

function filled<D extends VoxelData>(volume: Volume<D>, voxel: number, value: number): Volume<D> {
  const data = volume.data.slice() as D
  data[voxel] = value
  return { ...volume, data }
}

const toFloat = (volume: Volume) => ({ ...volume, data: Float32Array.from(volume.data) })

/** Writes a case and gives its file names. */
async function caseOf({ images = [image], labelMap = label }: { images?: (Volume | Volume[])[]; labelMap?: Volume }) {
  const id = `case${++count}`
  const paths = images.map((_, channel) => join(folder, `${id}_000${channel}.nii.gz`))
  for (const [channel, path] of paths.entries()) await writeNifti(path, images[channel])
  const labelPath = join(folder, `${id}.nii.gz`)
  await writeNifti(labelPath, labelMap)
  return { id, images: paths, label: labelPath }
}

describe('loadCase', () => {
  test('gives images, label and the values that occur', async () => {
    const loaded = await loadCase(await caseOf({}), declared)
    expect(loaded.images.map(({ data }) => data)).toEqual([image.data])
    expect(loaded.label?.data).toEqual(label.data)
    expect(loaded.labelValues).toEqual([0, 1])
  })

  test.each([
    ['float32', toFloat(label)],
    ['float64', { ...label, data: Float64Array.from(label.data) }],
    ['int16', { ...label, data: Int16Array.from(label.data) }],
  ])('takes whole numbers stored as %s', async (_, labelMap) => {
    expect((await loadCase(await caseOf({ labelMap }), declared)).label?.data).toEqual(label.data)
  })

  test('takes channels from several files or from one 4D file', async () => {
    const two = { ...declared, channelNames: ['T1', 'T2'] }
    const other = filled(image, 0, 99)
    for (const images of [[image, other], [[image, other]]]) {
      const loaded = await loadCase(await caseOf({ images }), two)
      expect(loaded.images.map(({ data }) => data[0])).toEqual([0, 99])
    }
  })

  test('accepts a label within a tenth of the smallest spacing', async () => {
    await expect(loadCase(await caseOf({ labelMap: moved(label, 0.09) }), declared)).resolves.toBeDefined()
  })

  test('accepts any value where none is declared', async () => {
    const item = await caseOf({ labelMap: filled(label, 0, 200) })
    expect((await loadCase(item, { ...declared, labels: {} })).labelValues).toEqual([0, 1, 200])
  })

  test('accepts an empty or a missing label on request', async () => {
    const item = await caseOf({ labelMap: filled(label, 5, 0) })
    expect((await loadCase(item, declared, { allowEmptyLabel: true })).labelValues).toEqual([0])
    const { id, images } = item
    expect((await loadCase({ id, images }, declared, { requireLabel: false })).label).toBeUndefined()
  })
})

interface Bad {
  readonly title: string
  readonly files: Parameters<typeof caseOf>[0]
  readonly code: string
  /** What follows `loadCase: expected`; IMAGE and LABEL stand for the paths. */
  readonly message: string
  readonly checks?: CaseChecks
}

const bad: Bad[] = [
  {
    title: 'NaN voxels',
    files: { images: [filled(toFloat(image), 3, NaN)] },
    code: 'non-finite',
    message: 'finite voxels in IMAGE, got 1 of 24 voxels NaN or infinite',
  },
  {
    title: 'infinite voxels',
    files: { images: [filled(toFloat(image), 3, -Infinity)] },
    code: 'non-finite',
    message: 'finite voxels in IMAGE, got 1 of 24 voxels NaN or infinite',
  },
  {
    title: 'NaN labels',
    files: { labelMap: filled(toFloat(label), 3, NaN) },
    code: 'non-finite',
    message: 'finite voxels in LABEL, got 1 of 24 voxels NaN or infinite',
  },
  {
    title: 'another shape',
    files: { labelMap: grid(new Uint8Array(24), [3, 2, 4]) },
    code: 'label-shape',
    message: "the image's shape 2 x 3 x 4 (depth, height, width) in LABEL, got 3 x 2 x 4 (depth, height, width)",
  },
  {
    title: 'another origin',
    files: { labelMap: moved(label, 0.5) },
    code: 'label-affine',
    message: "the image's affine within 0.1 mm at the corners in LABEL, got 0.5 mm",
  },
  {
    title: 'an origin beyond a stricter tolerance',
    files: { labelMap: moved(label, 0.05) },
    code: 'label-affine',
    message: "the image's affine within 0.01 mm at the corners in LABEL, got 0.05 mm",
    checks: { affineTolerance: 0.01 },
  },
  {
    title: 'another spacing',
    files: { labelMap: createVolume({ data: label.data, shape: SHAPE, spacing: [5, 1, 2.1] }) },
    code: 'label-affine',
    message: "the image's affine within 0.1 mm at the corners in LABEL, got 0.3 mm",
  },
  {
    title: 'a flipped axis',
    files: { labelMap: { ...label, affine: label.affine.map((v, i) => (i === 0 ? -v : v)) } },
    code: 'label-affine',
    message: "the image's affine within 0.1 mm at the corners in LABEL, got 12 mm",
  },
  {
    title: 'an undeclared value',
    files: { labelMap: filled(label, 0, 7) },
    code: 'label-value',
    message: 'the label values 0, 1 in LABEL, got 7 (1 voxel)',
  },
  {
    title: 'a fraction',
    files: { labelMap: filled(toFloat(label), 23, 0.5) },
    code: 'label-value',
    message: 'whole numbers in 0..255 in LABEL, got 0.5 at voxel (1, 2, 3)',
  },
  {
    title: 'a negative value',
    files: { labelMap: filled(toFloat(label), 4, -1) },
    code: 'label-value',
    message: 'whole numbers in 0..255 in LABEL, got -1 at voxel (0, 1, 0)',
  },
  {
    title: 'a value beyond 255',
    files: { labelMap: filled({ ...label, data: Int32Array.from(label.data) }, 0, 256) },
    code: 'label-value',
    message: 'whole numbers in 0..255 in LABEL, got 256 at voxel (0, 0, 0)',
  },
  {
    title: 'an empty label',
    files: { labelMap: filled(label, 5, 0) },
    code: 'label-empty',
    message: 'at least one voxel of a label in LABEL, got background only',
  },
  {
    title: 'too many channels',
    files: { images: [image, image] },
    code: 'image-mismatch',
    message: '1 channels (CT) in IMAGE, got 2',
  },
]

describe('a bad case', () => {
  test.each(bad)('with $title is refused', async ({ files, code, message, checks }) => {
    const item = await caseOf(files)
    const error = await failure(loadCase(item, declared, checks))
    const expected = message.replace('IMAGE', item.images[0]).replace('LABEL', item.label)
    expect(error.message).toBe(`loadCase: expected ${expected}`)
    expect(error).toMatchObject({ code, caseId: item.id })
  })

  test('with channels on different grids is refused', async () => {
    const two = { ...declared, channelNames: ['T1', 'T2'] }
    const item = await caseOf({ images: [image, moved(image, 3)] })
    const error = await failure(loadCase(item, two))
    expect(error.message).toBe(
      `loadCase: expected the image's affine within 0.1 mm at the corners in ${item.images[1]}, got 3 mm`,
    )
    expect(error.code).toBe('image-mismatch')
  })

  test('with a 4D label is refused', async () => {
    const item = await caseOf({})
    await writeNifti(item.label, [label, label])
    expect(await failure(loadCase(item, declared))).toMatchObject({ code: 'label-shape', found: '2' })
  })

  test('without a label is refused, listed or not', async () => {
    const { id, images } = await caseOf({})
    const unlisted = await failure(loadCase({ id, images }, declared))
    expect(unlisted.message).toBe(`loadCase: expected a label for the image in ${images[0]}, got none`)
    const gone = await failure(loadCase({ id, images, label: '/no/label.nii' }, declared))
    expect(gone.message).toBe('loadCase: expected a label in /no/label.nii, got no such file')
    expect([unlisted.code, gone.code]).toEqual(['label-missing', 'label-missing'])
  })

  test('with a truncated image is refused with the reader words', async () => {
    const item = await caseOf({})
    await writeFile(item.images[0], (await readFile(item.images[0])).subarray(0, -3))
    const error = await failure(loadCase(item, declared))
    const words = 'expected 400 bytes as the header claims'
    expect(error.message).toBe(`readNifti: ${words} in ${item.images[0]}, got a gzip stream that ends early`)
    expect(isMedicalImageError(error, 'truncated')).toBe(true)
    expect(isMedicalImageError(error, 'bad-gzip')).toBe(false)
    expect(isMedicalImageError(new Error('truncated'))).toBe(false)
  })
})

describe('inspectDataset', () => {
  const datasetOf = (cases: Omit<Dataset['cases'][number], 'split'>[]): Dataset => {
    const listed = cases.map((item) => ({ ...item, split: 'training' as const }))
    return { folder, name: 'd', cases: listed, testCases: [], warnings: [], ...declared }
  }

  test('tells good from bad without stopping', async () => {
    const cases = [await caseOf({}), await caseOf({ labelMap: filled(label, 0, 9) }), await caseOf({})]
    const steps: string[] = []
    const onProgress = ({ done, total }: { done: number; total: number }) => steps.push(`${done}/${total}`)
    const { good, bad: refused, labelValues } = await inspectDataset(datasetOf(cases), { onProgress })
    expect(good.map(({ id }) => id)).toEqual([cases[0].id, cases[2].id])
    expect(refused.map(({ caseId, code }) => [caseId, code])).toEqual([[cases[1].id, 'label-value']])
    expect(labelValues).toEqual([0, 1])
    expect(steps).toEqual(['1/3', '2/3', '3/3'])
  })

  test('stops when it is aborted', async () => {
    const options = { signal: AbortSignal.abort(new Error('enough')) }
    await expect(inspectDataset(datasetOf([await caseOf({})]), options)).rejects.toThrow('enough')
  })
})

async function failure(work: Promise<unknown>): Promise<MedicalImageError> {
  const result = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (result instanceof MedicalImageError) return result
  throw new Error(`expected a MedicalImageError, got ${String(result)}`)
}
