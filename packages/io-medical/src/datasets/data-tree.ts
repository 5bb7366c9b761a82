/**
 * Listing a data set's folder, and taking its paths apart.
 *
 * @module
 */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { MedicalImageError } from '../errors.ts'
import type { DataTree } from './data-folder.ts'

const VOLUME = /\.(nii|nii\.gz|mha|mhd|nrrd|nhdr)$/i
const PICTURE = /\.(png|jpe?g|bmp|tiff?)$/i

/**
 * Every file below `folder`, sorted by path; hidden files and folders are left out, links are not followed.
 *
 * @throws MedicalImageError (not-found, unreadable)
 */
export async function listTree(folder: string): Promise<DataTree> {
  const root = resolve(folder)
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const missing = reason === 'ENOENT'
    const found = missing ? 'no such folder' : reason
    const code = missing ? 'not-found' : 'unreadable'
    throw new MedicalImageError('readDataFolder', { code, file: folder, expected: 'a folder', found }, { cause })
  })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !/(^|\/)\./.test(path))
  return { folder: root, files: files.sort() }
}

/** Whether a name says NIfTI, MetaImage or NRRD. */
export function isVolumeName(path: string): boolean {
  return VOLUME.test(path)
}

/** Whether a name says picture. */
export function isPictureName(path: string): boolean {
  return PICTURE.test(path)
}

/** File name without folder and without the extension of an image. */
export function imageStem(path: string): string {
  return basename(path).replace(VOLUME, '').replace(PICTURE, '')
}

/** The files directly in `folder` (relative, `.` for the root). */
export function filesIn({ files }: DataTree, folder: string): string[] {
  return files.filter((path) => dirname(path) === folder)
}

/** The folders that hold files, relative, sorted. */
export function foldersOf({ files }: DataTree): string[] {
  return [...new Set(files.map((path) => dirname(path)))].sort()
}

/** Names of what lies directly in the root: files and folders. */
export function topNames({ files }: DataTree): Set<string> {
  return new Set(files.map((path) => path.split('/')[0]))
}

/** The absolute path of a relative one. */
export function absolute({ folder }: DataTree, path: string): string {
  return join(folder, path)
}
