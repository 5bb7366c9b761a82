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
  /** Runs of a sampler on each function. */
  readonly seeds: (sampler: string) => number
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
  for (let seed = 0; seed < seeds(sampler); seed++) {
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
  for (const sampler of names) {
    const begin = performance.now()
    const request = { do: 'search', cache, samplers: [sampler], functions: functions.map(({ name }) => name), trials }
    let missing = ''
    for await (const answer of askOptuna(python, { ...request, seeds: seeds(sampler) })) {
      const key = `${sampler} ${String(answer['function'])}`
      if (answer['missing'] !== undefined) missing = String(answer['missing'])
      else runs.set(key, [...(runs.get(key) ?? []), answer['best'] as number])
    }
    const seconds = ((performance.now() - begin) / 1000).toFixed(0)
    log(missing === '' ? `${sampler}: Optuna in ${seconds} s` : `${sampler}: Optuna's is left out: ${missing}`)
  }
  return runs
}

interface Compared {
  readonly sampler: string
  readonly name: string
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

/**
 * A comparison has three rows: mean best value, mean rank among the runs of both sides, and the p of Mann-Whitney's test
 * of those runs after Holm's correction over the functions of the same sampler.
 */
function rowsOf(cases: readonly Compared[], { seeds, trials }: SearchSize): Row[] {
  const tested = cases.filter(({ theirs }) => theirs.length > 0)
  const tests = tested.map(mannWhitney)
  const corrected = new Array<number>(tests.length)
  for (const each of new Set(tested.map(({ sampler }) => sampler))) {
    const family = tested.flatMap(({ sampler }, index) => (sampler === each ? [index] : []))
    holm(family.map((index) => tests[index].p)).forEach((p, place) => (corrected[family[place]] = p))
  }
  const peer = 'Optuna 5.0.0'
  const rows = cases.map(({ sampler, name, ours, theirs }): Row => ({
    case: `${sampler}, ${name}`,
    metric: `mean best value of ${trials} trials, ${seeds(sampler)} seeds`,
    ours: mean(ours),
    ...(theirs.length > 0 && { peer, theirs: mean(theirs) }),
  }))
  const verdicts = tested.flatMap(({ sampler, name }, index): Row[] => {
    const { ours, theirs } = tests[index]
    const verdict = corrected[index] >= 0.05 ? 'no difference' : ours < theirs ? 'ours better' : 'ours worse'
    return [
      { case: `${sampler}, ${name}`, metric: `mean rank of ${2 * seeds(sampler)} runs`, ours, peer, theirs },
      {
        case: `${sampler}, ${name}`,
        metric: `p (Mann-Whitney, Holm over the sampler's functions): ${verdict}`,
        ours: corrected[index],
      },
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
