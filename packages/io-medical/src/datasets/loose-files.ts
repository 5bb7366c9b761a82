/**
 * Any folder: every file that holds an image by content is a case of its own, DICOM files of one series are one.
 *
 * @module
 */
import { basename, dirname, extname } from 'node:path'
import { counted } from '../dataset.ts'
import type { DataCase, DataLayout, DataTree } from './data-folder.ts'
import { absolute } from './data-tree.ts'
import { formatOfFile } from './open-data-file.ts'
import { seriesOf } from './dicom-series.ts'

/** The last resort. */
export const looseFilesLayout: DataLayout = {
  name: 'files',
  title: 'loose files',
  tree: 'any files: NIfTI, DICOM, MetaImage, NRRD, TIFF, PNG, JPEG, BMP, told by content',
  recognises: ({ files }) => files.length > 0,
  async read(tree) {
    const kinds = new Map<string, string | undefined>()
    for (const path of tree.files) kinds.set(path, await formatOfFile(absolute(tree, path)))
    const of = (wanted: (kind: string | undefined) => boolean) => tree.files.filter((path) => wanted(kinds.get(path)))
    const series = await seriesOf(of((kind) => kind === 'DICOM').map((path) => absolute(tree, path)))
    const cases = [
      ...of((kind) => kind !== undefined && kind !== 'DICOM').map((path) => fileCase(tree, path)),
      ...series.found.map(({ files, id }): DataCase => {
        const first = basename(files[0])
        const place = dirname(files[0]).slice(tree.folder.length + 1)
        const path = files.length === 1 ? files[0] : dirname(files[0])
        const caseId = files.length === 1 ? `${place}/${first}` : `${place} (${id})`
        return { ...bare(caseId), images: [{ name: 'image', path, files }] }
      }),
    ]
    const unknown = of((kind) => kind === undefined)
    const warnings = [...(unknown.length > 0 ? [passedOver(unknown)] : []), ...series.warnings]
    return { layout: 'files', name: basename(tree.folder), folder: tree.folder, cases, oneGrid: false, warnings }
  },
}

function fileCase(tree: DataTree, path: string): DataCase {
  return { ...bare(path), images: [{ name: 'image', path: absolute(tree, path) }] }
}

function bare(id: string): DataCase {
  return { id, images: [], masks: [], metadata: {}, group: null, split: null }
}

/** `12 files that hold no image (passed over): .zst 7, .txt 5`; names without extension by themselves. */
function passedOver(paths: readonly string[]): string {
  const kinds = Map.groupBy(paths, (path) => extname(path).toLowerCase() || basename(path))
  const listed = [...kinds]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([kind, { length }]) => `${kind} ${length}`)
  const shown = listed.slice(0, 8).join(', ') + (listed.length > 8 ? ', …' : '')
  return `${counted(paths.length, 'file')} that hold${paths.length === 1 ? 's' : ''} no image known here (passed over): ${shown}`
}
