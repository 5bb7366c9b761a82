/**
 * OASIS-1 brains as prepared for registration (Marcus et al. 2007; Hoopes et al. 2021, "neurite-oasis"): one folder a
 * session with volumes, label maps of 4 and 35 structures, and one coronal slice with 4 and 24.
 *
 * The aligned volume is the image where there is one, else the normalised, else the original one. Sessions of a subject
 * (`MR1`, `MR2`) are one group.
 *
 * @module
 */
import { basename } from 'node:path'
import { readBytes } from '../read-bytes.ts'
import type { DataCase, DataLayout, DataTree, MaskFile } from './data-folder.ts'
import { absolute } from './data-tree.ts'

const SESSION = /(?:^|\/)(OASIS_OAS1_(\d{4})_MR\d+)\/([^/]+)\.nii(?:\.gz)?$/i
const VOLUMES = ['aligned_norm', 'norm', 'aligned_orig', 'orig']
const LABEL_MAP = /^(aligned_|slice_)?seg(4|24|35)$/

/** One folder a session. */
export const oasisLayout: DataLayout = {
  name: 'oasis',
  title: 'OASIS-1 (neurite-oasis)',
  tree: 'OASIS_OAS1_0001_MR1/aligned_norm.nii.gz, aligned_seg35.nii.gz, aligned_seg4.nii.gz, slice_norm.nii.gz, slice_seg24.nii.gz; seg35_labels.txt, seg24_labels.txt, seg4_labels.txt',
  recognises: ({ files }) => files.some((path) => SESSION.test(path)),
  async read(tree) {
    const labels = await labelTables(tree)
    const sessions = Map.groupBy(
      tree.files.filter((path) => SESSION.test(path)),
      (path) => SESSION.exec(path)?.[1] ?? '',
    )
    const cases = [...sessions].flatMap(([id, files]) => sessionCases(tree, { id, files, labels }))
    const { folder } = tree
    return { layout: 'oasis', name: basename(folder), folder, cases, oneGrid: true, warnings: [] }
  },
}

interface Session {
  readonly id: string
  readonly files: readonly string[]
  readonly labels: ReadonlyMap<string, Record<string, number>>
}

/** The volume, and the slice with the id `<session>/slice`. */
function sessionCases(tree: DataTree, { id, files, labels }: Session): DataCase[] {
  const byName = new Map(files.map((path) => [SESSION.exec(path)?.[3].toLowerCase() ?? '', path]))
  const [, , subject] = SESSION.exec(files[0]) ?? []
  const caseOf = (caseId: string, image: string | undefined, prefix: string): DataCase[] => {
    if (image === undefined) return []
    const masks = [...byName].flatMap(([name, path]): MaskFile[] => {
      const [, maskPrefix = '', structures] = LABEL_MAP.exec(name) ?? []
      if (structures === undefined || maskPrefix !== prefix) return []
      return [{ name, path: absolute(tree, path), rule: null, labels: labels.get(structures) ?? null }]
    })
    const images = [{ name: image, path: absolute(tree, byName.get(image) ?? '') }]
    return [{ id: caseId, images, masks, metadata: {}, group: subject, split: null }]
  }
  const volume = VOLUMES.find((name) => byName.has(name))
  const slice = ['slice_norm', 'slice_orig'].find((name) => byName.has(name))
  return [
    ...caseOf(id, volume, volume?.startsWith('aligned_') ? 'aligned_' : ''),
    ...caseOf(`${id}/slice`, slice, 'slice_'),
  ]
}

/** By number of structures: lines of a value and a name, as in FreeSurfer's tables. */
async function labelTables(tree: DataTree): Promise<Map<string, Record<string, number>>> {
  const tables = new Map<string, Record<string, number>>()
  for (const path of tree.files) {
    const [, structures] = /(?:^|\/)seg(4|24|35)_labels\.txt$/i.exec(path) ?? []
    if (structures === undefined) continue
    const text = new TextDecoder().decode(await readBytes(absolute(tree, path), 'readDataFolder'))
    const lines = [...text.matchAll(/^\s*(\d+)[\s:,]+([^\s,]+)/gm)]
    tables.set(structures, {
      background: 0,
      ...Object.fromEntries(lines.map(([, value, name]) => [name, Number(value)])),
    })
  }
  return tables
}
