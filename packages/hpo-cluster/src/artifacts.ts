/**
 * Where what a trial leaves behind (weights, logs) is kept: a shared folder here, an S3-compatible store in `s3-artifacts`.
 *
 * @module
 */
import { cp, mkdir, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** A place for files, by name `<study>/<trial number>/<file>`. */
export interface ArtifactStore {
  /** Keeps every file of a folder under a prefix; files of that name are replaced. The names, sorted, with `/`. */
  store(prefix: string, folder: string): Promise<string[]>
  /** Brings the files kept under a prefix into a folder; their names, none when nothing was kept. */
  fetch(prefix: string, folder: string): Promise<string[]>
}

/** A folder that all machines share. */
export function folderArtifacts(root: string): ArtifactStore {
  return {
    async store(prefix, folder) {
      await mkdir(join(root, prefix), { recursive: true })
      await cp(folder, join(root, prefix), { recursive: true })
      return filesOf(folder)
    },
    async fetch(prefix, folder) {
      const names = await filesOf(join(root, prefix))
      if (names.length > 0) await cp(join(root, prefix), folder, { recursive: true })
      return names
    },
  }
}

/** The files below a folder, sorted, with `/`; none when there is no such folder. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/')).sort()
}

/** The prefix of a trial: a study's name may hold anything, a key only what no store objects to. */
export function trialPrefix(studyName: string, number: number): string {
  return `${studyName.replaceAll(/[^\w.-]/g, '_')}/${number}`
}
