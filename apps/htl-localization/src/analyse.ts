/**
 * Who is weak, and who gains: demographics of the hard-to-learn (HTL) images, how well their set repeats, and the
 * difference that attending makes in each subgroup.
 *
 * @module
 */
import { chanceJaccard, jaccard, selectHtl } from '@leanvox/htl-pruning'
import { bootstrapMean, mean, wilcoxonSignedRank, type BootstrapInterval } from '@leanvox/metrics'
import type { StoredCases } from './cases.ts'
import type { Arm, Config, Setting } from './config.ts'
import { corrected, demographicsOf, type Demographics } from './demographics.ts'
import type { FindResult, TrainJobResult } from './jobs.ts'
import { pairedIou } from './paired-scores.ts'
import { variablesOf, type Variable } from './subgroups.ts'

/** How well sets repeat: Jaccard index of every pair, and what chance alone gives. */
export interface Repeats {
  readonly setting: Setting
  /** `seeds`: sets of finished plain trainings; `epochs`: attended sets of one htl training. */
  readonly over: 'seeds' | 'epochs'
  readonly names: readonly string[]
  /** `names.length²` values, row after row. */
  readonly overlap: readonly number[]
  readonly chance: number
}

/** Mean IoU difference of an arm to plain in one subgroup of the test images. */
export interface GainRow {
  readonly setting: Setting
  readonly arm: Arm
  readonly variable: Variable['name']
  readonly category: string
  readonly images: number
  /** Mean IoU of plain. */
  readonly plain: number
  readonly difference: BootstrapInterval
  /** Wilcoxon's signed-rank test over images. */
  readonly p: number
  /** By Holm over the subgroups of this setting and arm. */
  readonly corrected: number
}

export interface Analysis {
  readonly demographics: readonly Demographics[]
  readonly repeats: readonly Repeats[]
  readonly gains: readonly GainRow[]
}

export interface AnalysisInput {
  readonly config: Config
  readonly stored: StoredCases
  readonly trainings: readonly TrainJobResult[]
  readonly finds: readonly FindResult[]
}

/** The analysis of whatever has finished. */
export function analyse(input: AnalysisInput): Analysis {
  const { config, stored, finds } = input
  const variables = variablesOf(stored.subjects, config.analysis)
  return {
    demographics: config.settings.flatMap((setting) => {
      const own = finds.filter(({ job }) => job.setting === setting)
      return own.length === 0 ? [] : [demographics(own, { input, variables })]
    }),
    repeats: [...config.settings.flatMap((setting) => overSeeds(setting, input)), ...overEpochs(input)],
    gains: gains(input, variables),
  }
}

function demographics(
  finds: readonly FindResult[],
  { input: { config, stored }, variables }: { input: AnalysisInput; variables: readonly Variable[] },
): Demographics {
  const byId = new Map(stored.subjects.map((one) => [one.id, one]))
  const subjects = stored.split.train.map((id) => byId.get(id)!)
  const scores = subjects.map((_, i) => mean(finds.map((find) => find.scores[i])))
  const hard = new Set(selectHtl(scores, { fraction: config.find.fraction }))
  const isHard = subjects.map((_, i) => hard.has(i))
  return {
    setting: finds[0].job.setting,
    seeds: finds.map(({ job }) => job.seed),
    ...demographicsOf({ subjects, isHard }, { variables, analysis: config.analysis }),
  }
}

function overSeeds(setting: Setting, { finds, stored }: AnalysisInput): Repeats[] {
  const own = finds.filter(({ job }) => job.setting === setting)
  if (own.length < 2) return []
  const sets = own.map(({ set }) => set)
  const names = own.map(({ job }) => `seed ${job.seed}`)
  return [{ setting, over: 'seeds', names, ...overlaps(sets, stored.split.train.length) }]
}

/** The attended sets of the first htl training of each setting that had at least two rounds. */
function overEpochs({ trainings, stored, config }: AnalysisInput): Repeats[] {
  return config.settings.flatMap((setting) => {
    const one = trainings.find(
      ({ job, rounds }) => job.setting === setting && job.arm === 'htl' && job.variant === null && rounds.length > 1,
    )
    if (one === undefined) return []
    const names = one.rounds.map(({ epoch }) => `epoch ${epoch}`)
    const sets = one.rounds.map(({ set }) => set)
    return [{ setting, over: 'epochs' as const, names, ...overlaps(sets, stored.split.train.length) }]
  })
}

function overlaps(sets: readonly (readonly number[])[], total: number) {
  return {
    overlap: sets.flatMap((a) => sets.map((b) => jaccard(a, b))),
    chance: chanceJaccard([sets[0].length, sets[1].length], total),
  }
}

function gains({ config, stored, trainings }: AnalysisInput, variables: readonly Variable[]): GainRow[] {
  const byId = new Map(stored.subjects.map((one) => [one.id, one]))
  const { resamples, level } = config.analysis
  return config.settings.flatMap((setting) =>
    config.arms.flatMap((arm) => {
      const pairs = arm === 'plain' ? [] : pairedIou(trainings, { setting, arm })
      const rows = variables.flatMap(({ name, categories, categoryOf }) =>
        categories.flatMap((category) => {
          const own = pairs.filter(({ id }) => categoryOf(byId.get(id)!) === category)
          if (own.length < 2) return []
          const seed = `${setting}/${arm}/${name}/${category}`
          return [
            {
              setting,
              arm,
              variable: name,
              category,
              images: own.length,
              plain: mean(own.map(({ plain }) => plain)),
              difference: bootstrapMean(
                own.map((pair) => pair.arm - pair.plain),
                { seed, resamples, level },
              ),
              p: wilcoxonSignedRank({ x: own.map((pair) => pair.arm), y: own.map(({ plain }) => plain) }).p,
            },
          ]
        }),
      )
      return corrected(rows)
    }),
  )
}
