/**
 * Data sets that a dataset.json describes: Medical Segmentation Decathlon (Simpson et al. 2019) and nnU-Net v2 (Isensee et
 * al. 2021), as `readDataset` reads them.
 *
 * @module
 */
import type { Dataset, DatasetCase } from '../dataset.ts'
import { readBytes } from '../read-bytes.ts'
import { readDataset } from '../read-dataset.ts'
import type { DataCase, DataFolder, DataLayout, DataTree, LayoutName } from './data-folder.ts'
import { absolute } from './data-tree.ts'

/** `training` list of files in dataset.json. */
export const msdLayout: DataLayout = {
  name: 'msd',
  title: 'Medical Segmentation Decathlon',
  tree: 'dataset.json (training: [{ image, label }]), imagesTr/<id>.nii.gz, labelsTr/<id>.nii.gz, imagesTs/',
  recognises: async (tree) => (await listsFiles(tree)) === true,
  read: (tree) => read(tree, 'msd'),
}

/** dataset.json without a list of files. */
export const nnunetLayout: DataLayout = {
  name: 'nnunet',
  title: 'nnU-Net v2',
  tree: 'dataset.json (channel_names, labels), imagesTr/<id>_0000.nii.gz (one file a channel), labelsTr/<id>.nii.gz, imagesTs/',
  recognises: async (tree) => (await listsFiles(tree)) === false,
  read: (tree) => read(tree, 'nnunet'),
}

/** Whether dataset.json lists files; undefined without one. A broken one counts as MSD, whose reader says what is wrong. */
async function listsFiles(tree: DataTree): Promise<boolean | undefined> {
  if (!tree.files.includes('dataset.json')) return undefined
  try {
    const text = new TextDecoder().decode(await readBytes(absolute(tree, 'dataset.json'), 'readDataFolder'))
    const json = JSON.parse(text.replace(/^\ufeff/, '')) as { training?: unknown; validation?: unknown }
    return Array.isArray(json.training) || Array.isArray(json.validation)
  } catch {
    return true
  }
}

async function read({ folder }: DataTree, layout: LayoutName): Promise<DataFolder> {
  const dataset = await readDataset(folder)
  const taken = new Set(dataset.cases.map(({ id }) => id))
  const cases = [
    ...dataset.cases.map((item) => dataCase(item, { dataset, split: item.split })),
    // A test image may be one of the training images.
    ...dataset.testCases.map(({ id, ...item }) =>
      dataCase({ ...item, id: taken.has(id) ? `test/${id}` : id }, { dataset, split: 'test' }),
    ),
  ]
  return { layout, name: dataset.name, folder, cases, oneGrid: true, warnings: dataset.warnings }
}

function dataCase(
  { id, images, label }: DatasetCase,
  { dataset, split }: { dataset: Dataset; split: string },
): DataCase {
  const { channelNames } = dataset
  const labels = Object.keys(dataset.labels).length === 0 ? null : dataset.labels
  return {
    id,
    // One file of a case with several channels holds them all.
    images: images.map((path, i) => ({ name: images.length === 1 ? channelNames.join(', ') : channelNames[i], path })),
    masks: label === undefined ? [] : [{ name: 'label', path: label, rule: null, labels }],
    metadata: {},
    group: null,
    split,
  }
}
