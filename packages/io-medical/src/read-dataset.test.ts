import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDataset } from './read-dataset.ts'

/** A folder with a dataset.json (a value, or its raw text) and empty files of these names. */
async function folderOf(json: unknown, files: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'io-medical-'))
  await writeFile(join(folder, 'dataset.json'), typeof json === 'string' ? json : JSON.stringify(json))
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), '')
  }
  return folder
}

const msd = {
  name: 'Liver',
  modality: { '0': 'CT' },
  labels: { '0': 'background', '1': 'liver', '2': 'tumour' },
  numTraining: 2,
  training: [
    { image: './imagesTr/liver_0001.nii.gz', label: './labelsTr/liver_0001.nii.gz' },
    { image: 'imagesTr/liver_0002.nii.gz', label: 'labelsTr/liver_0002.nii.gz' },
  ],
  test: ['./imagesTs/liver_0003.nii.gz'],
}

const nnunet = {
  channel_names: { '0': 'T2', '1': 'ADC' },
  labels: { background: 0, gland: 1 },
  numTraining: 2,
  file_ending: '.nii.gz',
}

const nnunetFiles = [
  'imagesTr/p_2_0000.nii.gz',
  'imagesTr/p_2_0001.nii.gz',
  'imagesTr/p_1_0000.nii.gz',
  'imagesTr/._p_1_0000.nii.gz',
  'imagesTs/p_9_0000.nii.gz',
  'labelsTr/p_1.nii.gz',
]

describe('the MSD layout', () => {
  test('gives names, labels by name, and paths inside the folder', async () => {
    const folder = await folderOf(msd)
    const dataset = await readDataset(folder)
    expect(dataset).toEqual({
      folder,
      name: 'Liver',
      channelNames: ['CT'],
      labels: { background: 0, liver: 1, tumour: 2 },
      cases: ['liver_0001', 'liver_0002'].map((id) => ({
        id,
        images: [join(folder, `imagesTr/${id}.nii.gz`)],
        label: join(folder, `labelsTr/${id}.nii.gz`),
        split: 'training',
      })),
      testCases: [{ id: 'liver_0003', images: [join(folder, 'imagesTs/liver_0003.nii.gz')], split: 'training' }],
      warnings: [],
    })
  })

  test('keeps a volume that is listed many times once, and counts it', async () => {
    const [first] = msd.training
    const folder = await folderOf({
      ...msd,
      training: [first, first, first],
      validation: [first],
      numTraining: 1,
      test: [],
    })
    const { cases, warnings } = await readDataset(folder)
    expect(cases.map(({ id }) => id)).toEqual(['liver_0001'])
    expect(warnings).toEqual([
      'imagesTr/liver_0001.nii.gz is listed 4 times (3 in training, 1 in validation); it is kept as one case',
    ])
  })

  test('tells spellings of one path as one', async () => {
    const again = { image: 'imagesTr/../imagesTr/liver_0001.nii.gz', label: 'labelsTr/liver_0001.nii.gz' }
    const folder = await folderOf({ ...msd, training: [...msd.training, again] })
    expect((await readDataset(folder)).cases.length).toBe(2)
  })

  test('numbers files of one name in different folders', async () => {
    const training = ['a', 'b'].map((site) => ({ image: `${site}/x.nii.gz`, label: `${site}/y.nii.gz` }))
    const { cases } = await readDataset(await folderOf({ ...msd, training }))
    expect(cases.map(({ id }) => id)).toEqual(['x', 'x-2'])
  })

  test('finds channel files behind a listed name, as nnU-Net v1 stores them', async () => {
    const files = ['imagesTr/liver_0001_0000.nii.gz', 'imagesTr/liver_0001_0001.nii.gz']
    const folder = await folderOf({ ...msd, modality: { '0': 'CT', '1': 'PET' } }, files)
    const [{ id, images }] = (await readDataset(folder)).cases
    expect(id).toBe('liver_0001')
    expect(images).toEqual(files.map((file) => join(folder, file)))
  })

  test('takes a list of channel files', async () => {
    const training = [{ image: ['a_0000.nii', 'a_0001.nii'], label: 'l.nii' }]
    const [{ id, images }] = (await readDataset(await folderOf({ ...msd, training }))).cases
    expect([id, images.length]).toEqual(['a', 2])
  })

  test('leaves the label out where none is listed', async () => {
    const folder = await folderOf({ ...msd, training: ['a.nii', { image: 'b.nii' }], numTraining: 2 })
    expect((await readDataset(folder)).cases.map((item) => 'label' in item)).toEqual([false, false])
  })

  test('keeps which cases are for validation', async () => {
    const [first, second] = msd.training
    const folder = await folderOf({ ...msd, training: [first], validation: [second], numTraining: 1 })
    expect((await readDataset(folder)).cases.map(({ split }) => split)).toEqual(['training', 'validation'])
  })
})

describe('the nnU-Net layout', () => {
  test('finds cases and channels by file name, in order, without hidden files', async () => {
    const folder = await folderOf(nnunet, nnunetFiles)
    const { cases, testCases, labels, channelNames } = await readDataset(folder)
    const channels = (subfolder: string, id: string) =>
      ['0000', '0001'].map((c) => join(folder, subfolder, `${id}_${c}.nii.gz`))
    expect(channelNames).toEqual(['T2', 'ADC'])
    expect(labels).toEqual({ background: 0, gland: 1 })
    expect(cases).toEqual([
      // The second channel is missing: the case is listed, so that inspecting reports the file.
      { id: 'p_1', images: channels('imagesTr', 'p_1'), label: join(folder, 'labelsTr/p_1.nii.gz'), split: 'training' },
      { id: 'p_2', images: channels('imagesTr', 'p_2'), split: 'training' },
    ])
    expect(testCases.map(({ id }) => id)).toEqual(['p_9'])
  })

  test('warns of labels without an image', async () => {
    const { warnings } = await readDataset(await folderOf(nnunet, [...nnunetFiles, 'labelsTr/q.nii.gz']))
    expect(warnings).toEqual(['labelsTr/q.nii.gz has no image in imagesTr; it is left out'])
  })

  test('takes the files that dataset.json lists', async () => {
    const dataset = { p: { images: ['x/p_t2.nii.gz', 'x/p_adc.nii.gz'], label: 'x/p_seg.nii.gz' } }
    const folder = await folderOf({ ...nnunet, dataset, numTraining: 1 })
    const { cases } = await readDataset(folder)
    const images = dataset.p.images.map((file) => join(folder, file))
    expect(cases).toEqual([{ id: 'p', images, label: join(folder, 'x/p_seg.nii.gz'), split: 'training' }])
  })
})

describe('guesses', () => {
  test.each([
    [{ labels: undefined }, {}, 'dataset.json declares no labels: every value from 0 to 255 is taken as one'],
    [
      { labels: { liver: 1 } },
      { background: 0, liver: 1 },
      'dataset.json declares no label 0: it is taken as background',
    ],
    [{ numTraining: 9 }, undefined, 'dataset.json says numTraining 9, but 2 training cases were found'],
    [{ labels: { background: 0, ignore: 3 } }, undefined, 'the label "ignore" is treated as an ordinary label'],
    [
      { modality: undefined },
      undefined,
      'dataset.json names no channels (modality or channel_names): one is assumed, named "image"',
    ],
  ])('%j comes with a warning', async (change, labels, warning) => {
    const dataset = await readDataset(await folderOf({ ...msd, ...change }))
    expect(dataset.warnings).toEqual([warning])
    if (labels) expect(dataset.labels).toEqual(labels)
  })

  test('labels given by the caller win', async () => {
    const labels = { background: 0, liver: 1 }
    expect((await readDataset(await folderOf({ ...msd, labels: undefined }), { labels })).labels).toEqual(labels)
  })

  test('channel names may be a list or one name', async () => {
    const named = async (modality: unknown) => (await readDataset(await folderOf({ ...msd, modality }))).channelNames
    expect(await named(['T1', 'T2'])).toEqual(['T1', 'T2'])
    expect(await named('CT')).toEqual(['CT'])
    expect(
      await named({ '10': 'k', ...Object.fromEntries([...'abcdefghij'].map((name, i) => [i, name])) }),
    ).toHaveLength(11)
  })

  test('a byte order mark before the JSON does not matter', async () => {
    expect((await readDataset(await folderOf(`\ufeff${JSON.stringify(msd)}`))).name).toBe('Liver')
  })
})

describe('a bad dataset.json', () => {
  const bad: [title: string, json: unknown, code: string, message: string | RegExp][] = [
    ['text', '{"name": ', 'bad-json', /^readDataset: expected JSON in .*dataset\.json, got /],
    ['a list', [], 'bad-dataset', 'got the whole file: Invalid input: expected object, received array'],
    [
      'a training entry without image',
      { ...msd, training: [{ label: 'a' }] },
      'bad-dataset',
      'got training.0: Invalid input',
    ],
    [
      'no cases',
      { ...msd, training: [] },
      'bad-dataset',
      'expected training cases (a training list, or imagesTr/<id>_0000.nii.gz beside it)',
    ],
    ['another file ending', { ...nnunet, file_ending: '.mha' }, 'bad-dataset', 'got file_ending: Invalid option'],
    [
      'a region',
      { ...msd, labels: { background: 0, whole: [1, 2] } },
      'bad-dataset',
      'expected one value per label in ',
    ],
    ['a label that is no number', { ...msd, labels: { background: 0, a: 'b' } }, 'bad-dataset', 'got "a": "b"'],
    [
      'a label beyond 255',
      { ...msd, labels: { background: 0, a: 256 } },
      'bad-dataset',
      'expected label values in 0..255 in ',
    ],
    [
      'one name for two values',
      { ...msd, labels: { '0': 'a', '1': 'b', '2': 'b' } },
      'bad-dataset',
      'got "b" for 1 and 2',
    ],
    [
      'one value for two names',
      { ...msd, labels: { background: 0, a: 1, b: 1 } },
      'bad-dataset',
      'got 1 for "a" and "b"',
    ],
    [
      'a background that is not 0',
      { ...msd, labels: { background: 1 } },
      'bad-dataset',
      'expected "background" to be 0 in ',
    ],
    ['channels that do not count from 0', { ...msd, modality: { '1': 'CT' } }, 'bad-dataset', 'got {"1":"CT"}'],
  ]
  test.each(bad)('with %s names the file', async (...[, json, code, message]) => {
    const folder = await folderOf(json)
    const error = await readDataset(folder).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, file: join(folder, 'dataset.json') })
    expect(String((error as Error).message)).toMatch(message)
  })

  test('that is missing is named', async () => {
    const message = 'readDataset: expected a readable file in /no/dataset.json, got no such file'
    await expect(readDataset('/no')).rejects.toThrow(message)
  })
})
