/**
 * Panoramic dental X-rays with the mandible outlined by two dentists (Abdi et al. 2015, doi 10.17632/hxt48yk462.1).
 *
 * The tree is the published archive's as its description gives it. Both masks of an image are kept, by reader.
 *
 * @module
 */
import { basename } from 'node:path'
import type { DataCase, DataLayout, MaskFile } from './data-folder.ts'
import { absolute, filesIn, foldersOf, imageStem, isPictureName } from './data-tree.ts'

const LABELS = { background: 0, mandible: 1 }
const MASKS = /^Segmentation ?\d$/i

/** Images and one folder of masks a reader. */
export const pandentalLayout: DataLayout = {
  name: 'pandental',
  title: 'PanDental (Abdi et al. 2015)',
  tree: 'Images/1.png, Segmentation1/1.png, Segmentation2/1.png',
  recognises: (tree) => {
    const folders = foldersOf(tree)
    return folders.includes('Images') && folders.some((folder) => MASKS.test(folder))
  },
  async read(tree) {
    const folders = foldersOf(tree).filter((folder) => MASKS.test(folder))
    const pictures = filesIn(tree, 'Images').filter(isPictureName)
    const cases = pictures.map((path): DataCase => {
      const id = imageStem(path)
      const masks = folders.flatMap((folder): MaskFile[] => {
        const found = filesIn(tree, folder).find((file) => isPictureName(file) && imageStem(file) === id)
        const rule = { kind: 'threshold', above: 127 } as const
        return found === undefined ? [] : [{ name: folder, path: absolute(tree, found), rule, labels: LABELS }]
      })
      const images = [{ name: 'X-ray', path: absolute(tree, path) }]
      return { id, images, masks, metadata: {}, group: null, split: null }
    })
    const { folder } = tree
    const inOrder = cases.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
    return { layout: 'pandental', name: basename(folder), folder, cases: inOrder, oneGrid: true, warnings: [] }
  },
}
