/**
 * A folder of skin images with masks and a metadata table, and the seeded subset of it that a run uses.
 *
 * @module
 */
import { ConfigError } from '@leanvox/app-shell'
import { skinDataset, type ImageDataset } from '@leanvox/io-medical'
import { createRng } from '@leanvox/random'
import type { Config } from './config.ts'

/**
 * The images of a folder in HAM10000 / ISIC naming; with `maxImages` and `limit` a random subset of that size.
 *
 * @throws MedicalImageError for a folder that is none; ConfigError for a configured column that its table does not have
 */
export async function readImages(
  folder: string,
  { data, split, limit = true }: Pick<Config, 'data' | 'split'> & { readonly limit?: boolean },
): Promise<ImageDataset> {
  const dataset = await skinDataset(folder)
  checkColumns(dataset, data.columns)
  if (!limit || data.maxImages === null || data.maxImages >= dataset.cases.length) return dataset
  const rng = createRng(split.seed).split('subset')
  const order = rng.shuffle(dataset.cases.map((_, index) => index))
  const kept = new Set(order.slice(0, data.maxImages))
  return { ...dataset, cases: dataset.cases.filter((_, index) => kept.has(index)) }
}

function checkColumns({ folder, cases }: ImageDataset, columns: Config['data']['columns']): void {
  const known = Object.keys(cases[0]?.metadata ?? {})
  for (const [fact, column] of Object.entries(columns)) {
    if (column === null || known.includes(column)) continue
    throw new ConfigError(
      `data.columns.${fact}: expected a column of the metadata table in ${folder}, got "${column}" (it has ${known.join(', ')})`,
    )
  }
}
