/**
 * Header and image file of a NIfTI pair: `x.hdr` with `x.img`, either of them perhaps compressed (`.gz`).
 *
 * @module
 */

import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { refuserOf } from './origin.ts'

const PART = /\.(hdr|img)(\.gz)?$/i

/** The path of the header: another file where `path` is the image of a pair, else `path` itself. */
export async function headerPath(path: string): Promise<string> {
  return (/\.img(\.gz)?$/i.test(path) ? await beside(path, 'hdr') : undefined) ?? path
}

/**
 * The path of the image file that belongs to a header.
 *
 * @throws MedicalImageError (not-found) when there is none beside it
 */
export async function pairedImagePath(header: string): Promise<string> {
  const path = PART.test(header) ? await beside(header, 'img') : undefined
  if (path !== undefined) return path
  const wanted = `${basename(header).replace(PART, '')}.img`
  return refuserOf({ name: header, operation: 'readNifti' })(
    'not-found',
    `${wanted} or ${wanted}.gz beside it`,
    'neither',
  )
}

/** The other half in the same folder; of a plain and a compressed one that which is like `path`. */
async function beside(path: string, kind: 'hdr' | 'img'): Promise<string | undefined> {
  const stem = basename(path).replace(PART, '')
  const names = await readdir(dirname(path)).catch(() => [])
  const halves = names.filter((name) => PART.exec(name)?.[1].toLowerCase() === kind && name.replace(PART, '') === stem)
  const alike = halves.find((name) => isCompressed(name) === isCompressed(path)) ?? halves[0]
  return alike === undefined ? undefined : join(dirname(path), alike)
}

function isCompressed(path: string): boolean {
  return path.toLowerCase().endsWith('.gz')
}
