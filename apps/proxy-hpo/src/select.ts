/**
 * Chooses the proxy data of a run: similarity of every pair of training cases, then the configured subset.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { readJson, writeJson } from '@leanvox/files'
import { representation, selectProxyData, similarityMatrix } from '@leanvox/proxy-data'
import { createRng } from '@leanvox/random'
import type { PreparedCase } from '@leanvox/training'
import type { Config } from './config.ts'

/** What was chosen, from what, and what choosing took. */
export interface Selection {
  readonly ids: readonly string[]
  /** Row-major `ids.length` by `ids.length`. */
  readonly similarity: readonly number[]
  readonly chosen: readonly string[]
  readonly seconds: number
}

const MEASURES = {
  'mutual-information': 'mi',
  'normalized-mutual-information': 'nmi',
  'local-correlation': 'lncc',
} as const

/** The stored selection of a run, or a new one; the time it took counts as search cost and is kept with it. */
export async function selectCases(
  cases: readonly PreparedCase[],
  { config, path, signal }: { config: Config; path: string; signal?: AbortSignal },
): Promise<Selection> {
  if (existsSync(path)) return (await readJson(path)) as Selection
  const { measure, region, grid, strategy, budget } = config.proxyData
  const started = performance.now()
  const representations = cases.map((one) => representation(one, { region, grid }))
  const matrix = await similarityMatrix(representations, { measure: MEASURES[measure], signal })
  const indices = selectProxyData(matrix, { budget, strategy, rng: createRng(config.seed).split('proxy-data') })
  const selection: Selection = {
    ids: cases.map(({ id }) => id),
    similarity: [...matrix.values],
    chosen: indices.map((index) => cases[index].id).sort(),
    seconds: (performance.now() - started) / 1000,
  }
  await writeJson(path, selection)
  return selection
}
