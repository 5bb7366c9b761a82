/**
 * The pictures of folders by id: file names without extension and without what marks a mask.
 *
 * @module
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MedicalImageError } from '../errors.ts'

const PICTURE = /^(.+)\.(png|jpe?g|bmp)$/i

/** Pictures found, and how many other files were passed over. */
export interface Pictures {
  /** Path by id, in the order of ids. */
  readonly byId: ReadonlyMap<string, string>
  readonly others: number
}

/** Which files of a folder count, and what they are called. */
export interface Naming {
  /** The id of a file name without extension; undefined when it is not one of these pictures. */
  readonly idOf: (stem: string) => string | undefined
}

/**
 * The pictures directly in `folders`; hidden files are not looked at.
 *
 * @throws MedicalImageError (not-found, unreadable, duplicate-id)
 */
export async function listPictures(folders: readonly string[], { idOf }: Naming): Promise<Pictures> {
  const found = new Map<string, string>()
  let others = 0
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      const [, stem] = PICTURE.exec(name) ?? []
      const id = stem === undefined ? undefined : idOf(stem)
      if (id === undefined) others += Number(stem === undefined)
      else add(found, { id, path: join(folder, name) })
    }
  }
  const byId = new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { byId, others }
}

function add(found: Map<string, string>, { id, path }: { id: string; path: string }): void {
  const earlier = found.get(id)
  if (earlier !== undefined) {
    const fault = {
      code: 'duplicate-id',
      file: path,
      expected: `one picture for "${id}"`,
      found: `also ${earlier}`,
    } as const
    throw new MedicalImageError('readImageFolder', fault)
  }
  found.set(id, path)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const code = reason === 'ENOENT' ? 'not-found' : 'unreadable'
    const found = reason === 'ENOENT' ? 'no such folder' : reason
    throw new MedicalImageError(
      'readImageFolder',
      { code, file: folder, expected: 'a folder of pictures', found },
      { cause },
    )
  }
}
