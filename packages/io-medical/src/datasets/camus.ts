/**
 * CAMUS echocardiography (Leclerc et al. 2019, IEEE TMI 38): 500 patients, apical two and four chamber views, at the end of
 * diastole and of systole; split files of the NIfTI release.
 *
 * A case is one view at one time; all cases of a patient are one group. Half sequences are left out. The older release in
 * MetaImage has `training/` and `testing/` instead of split files.
 *
 * @module
 */
import { basename, dirname } from 'node:path'
import { readBytes } from '../read-bytes.ts'
import type { DataCase, DataLayout, DataTree } from './data-folder.ts'
import { absolute, imageStem, isVolumeName } from './data-tree.ts'

const LABELS = { background: 0, 'left ventricle': 1, myocardium: 2, 'left atrium': 3 }
const FRAME = /^(patient\d{4})_([24]CH)_(ED|ES)$/
const SPLIT_FILE = /subgroup_(training|validation|testing)\.txt$/i

/** One folder a patient. */
export const camusLayout: DataLayout = {
  name: 'camus',
  title: 'CAMUS (Leclerc et al. 2019)',
  tree: 'database_nifti/patient0001/patient0001_2CH_ED.nii.gz and ..._2CH_ED_gt.nii.gz, Info_2CH.cfg; database_split/subgroup_training.txt',
  recognises: ({ files }) => files.some((path) => isVolumeName(path) && FRAME.test(imageStem(path))),
  async read(tree) {
    const frames = tree.files.filter((path) => isVolumeName(path) && FRAME.test(imageStem(path)))
    const splits = await splitOfPatients(tree)
    const cases = await Promise.all(frames.map((path) => frameCase(tree, { path, splits })))
    const { folder } = tree
    return { layout: 'camus', name: basename(folder), folder, cases, oneGrid: true, warnings: [] }
  },
}

interface Frame {
  readonly path: string
  readonly splits: ReadonlyMap<string, string>
}

async function frameCase(tree: DataTree, { path, splits }: Frame): Promise<DataCase> {
  const id = imageStem(path)
  const [, patient, view, phase] = FRAME.exec(id) ?? []
  const mask = tree.files.find((file) => dirname(file) === dirname(path) && imageStem(file) === `${id}_gt`)
  const info = tree.files.find((file) => file === `${dirname(path)}/Info_${view}.cfg`)
  const older = /(^|\/)(training|testing)\//.exec(path)?.[2] ?? null
  return {
    id,
    images: [{ name: view, path: absolute(tree, path) }],
    masks: mask === undefined ? [] : [{ name: 'gt', path: absolute(tree, mask), rule: null, labels: LABELS }],
    metadata: { view, phase, ...(info === undefined ? {} : await keysAndValues(absolute(tree, info))) },
    group: patient,
    split: splits.get(patient) ?? older,
  }
}

async function splitOfPatients(tree: DataTree): Promise<Map<string, string>> {
  const splits = new Map<string, string>()
  for (const path of tree.files) {
    const [, split] = SPLIT_FILE.exec(path) ?? []
    if (split === undefined) continue
    const text = new TextDecoder().decode(await readBytes(absolute(tree, path), 'readDataFolder'))
    for (const patient of text.split(/\s+/).filter(Boolean)) splits.set(patient, split.toLowerCase())
  }
  return splits
}

/** `Sex: F` a line. */
async function keysAndValues(path: string): Promise<Record<string, string>> {
  const text = new TextDecoder().decode(await readBytes(path, 'readDataFolder'))
  return Object.fromEntries(
    [...text.matchAll(/^\s*([^:\n]+?)\s*:\s*(.+?)\s*$/gm)].map(([, key, value]) => [key, value]),
  )
}
