/**
 * A phantom data set on disk: one site to train and search on, another one as external data.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeDataset } from '@leanvox/io-medical'
import { abdomenPhantom } from '@leanvox/phantoms'

/** How many cases, of which sites, from which seed. */
export interface PhantomDataOptions {
  readonly seed: number
  readonly cases: number
  readonly externalCases: number
}

/** Where the two data sets lie. */
export interface PhantomFolders {
  readonly data: string
  readonly external: string
}

/**
 * Writes `<folder>/site-a` and `<folder>/site-b` in the MSD layout unless they are there; a data set's `dataset.json`
 * is written last, so that a folder which has one is complete.
 */
export async function writePhantomData(
  folder: string,
  { seed, cases, externalCases }: PhantomDataOptions,
): Promise<PhantomFolders> {
  const folders = { data: join(folder, 'site-a'), external: join(folder, 'site-b') }
  await writeSite(folders.data, { seed, site: 'a', count: cases })
  await writeSite(folders.external, { seed, site: 'b', count: externalCases })
  return folders
}

async function writeSite(
  folder: string,
  { seed, site, count }: { seed: number; site: 'a' | 'b'; count: number },
): Promise<void> {
  if (existsSync(join(folder, 'dataset.json'))) return
  const cases = Array.from({ length: count }, (_, index) => {
    const { image, label } = abdomenPhantom({ seed, case: index, site })
    return { id: `phantom_${site}_${String(index).padStart(3, '0')}`, image, label }
  })
  await writeDataset(folder, {
    name: `Abdomen phantoms, site ${site}`,
    channelNames: ['CT'],
    labels: { background: 0, organ: 1 },
    cases,
  })
}
