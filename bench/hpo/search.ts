/**
 * Part (a): what a hundred trials find, sampler against Optuna's sampler of the same name.
 *
 * @module
 */
import {
  cmaEsSampler,
  createStudy,
  gpSampler,
  nsga2Sampler,
  qmcSampler,
  randomSampler,
  runStudy,
  tpeSampler,
  type Sampler,
} from '@leanvox/hpo-search'
import type { BenchContext, Row } from '../../tools/bench.ts'
import { functions, type TestFunction } from './functions.ts'
import { askOptuna } from './peer.ts'
import { holm, mannWhitney } from './statistics.ts'

/** From cheap to dear. */
export const samplers: Readonly<Record<string, (seed: number) => Sampler>> = {
  random: (seed) => randomSampler({ seed }),
  qmc: (seed) => qmcSampler({ seed }),
  nsga2: (seed) => nsga2Sampler({ seed, populationSize: 20 }),
  'cma-es': (seed) => cmaEsSampler({ seed }),
  tpe: (seed) => tpeSampler({ seed }),
  gp: (seed) => gpSampler({ seed }),
}

export interface SearchSize {
  readonly samplers: readonly string[]
  readonly seeds: number
  readonly trials: number
  /** Folder in which Optuna's runs are kept. */
  readonly cache: string
}

/** Both sides of every sampler and function, and what the tests say. */
export async function benchSearch({ python, log }: BenchContext, size: SearchSize): Promise<Row[]> {
  const theirs = python === undefined ? new Map<string, number[]>() : await optunaRuns({ python, log }, size)
  const cases = []
  for (const sampler of size.samplers) {
    const begin = performance.now()
    for (const { name, objective } of functions) {
      const ours = await ourRuns(objective, { ...size, sampler })
      cases.push({ sampler, name, ours, theirs: theirs.get(`${sampler} ${name}`) ?? [] })
    }
    log(`${sampler}: ours in ${((performance.now() - begin) / 1000).toFixed(0)} s`)
  }
  return rowsOf(cases, size)
}

async function ourRuns(
  objective: TestFunction['objective'],
  { sampler, seeds, trials }: SearchSize & { sampler: string },
): Promise<number[]> {
  const bests: number[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const study = await createStudy({ name: 'bench', sampler: samplers[sampler](seed) })
    await runStudy(study, { trials, objective: ({ trial }) => objective(trial) })
    bests.push(study.bestTrial?.value ?? Number.NaN)
  }
  return bests
}

async function optunaRuns(
  { python, log }: { python: string; log: BenchContext['log'] },
  { samplers: names, seeds, trials, cache }: SearchSize,
): Promise<Map<string, number[]>> {
  const runs = new Map<string, number[]>()
  const missing = new Set<string>()
  const request = { do: 'search', cache, samplers: names, functions: functions.map(({ name }) => name), seeds, trials }
  let last = ''
  for await (const answer of askOptuna(python, request)) {
    const { sampler, function: name, best, missing: reason } = answer
    if (reason !== undefined) missing.add(`Optuna's ${String(sampler)} is left out: ${String(reason)}`)
    else
      runs.set(`${String(sampler)} ${String(name)}`, [
        ...(runs.get(`${String(sampler)} ${String(name)}`) ?? []),
        best as number,
      ])
    if (last !== '' && last !== sampler) log(`${last}: Optuna is done`)
    last = String(sampler)
  }
  missing.forEach(log)
  return runs
}

interface Compared {
  readonly sampler: string
  readonly name: string
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

/** A value has three rows: mean best value, mean rank among all runs, and p after Holm over all comparisons. */
function rowsOf(cases: readonly Compared[], { seeds, trials }: SearchSize): Row[] {
  const tested = cases.filter(({ theirs }) => theirs.length > 0)
  const tests = tested.map(mannWhitney)
  const corrected = holm(tests.map(({ p }) => p))
  const peer = 'Optuna 5.0.0'
  const rows = cases.map(({ sampler, name, ours, theirs }): Row => ({
    case: `${sampler}, ${name}`,
    metric: `mean best value of ${trials} trials, ${seeds} seeds`,
    ours: mean(ours),
    ...(theirs.length > 0 && { peer, theirs: mean(theirs) }),
  }))
  const verdicts = tested.flatMap(({ sampler, name }, index): Row[] => {
    const { ours, theirs } = tests[index]
    const verdict = corrected[index] >= 0.05 ? 'no difference' : ours < theirs ? 'ours better' : 'ours worse'
    return [
      { case: `${sampler}, ${name}`, metric: `mean rank of ${2 * seeds} runs`, ours, peer, theirs },
      { case: `${sampler}, ${name}`, metric: `p after Holm (Mann-Whitney): ${verdict}`, ours: corrected[index] },
    ]
  })
  const count = (verdict: string) => verdicts.filter(({ metric }) => metric.endsWith(verdict)).length
  const summary = ['ours better', 'no difference', 'ours worse'].map((verdict): Row => ({
    case: 'all samplers and functions',
    metric: `comparisons: ${verdict}`,
    ours: count(verdict),
  }))
  return [...(tested.length > 0 ? summary : []), ...rows, ...verdicts]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
