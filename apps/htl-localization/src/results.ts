/**
 * The results of a run as plain rows: every training, every arm with its difference to plain, the sweep, the analysis.
 *
 * Pure functions of the finished jobs, so that the page, the printed table and `docs/results` cannot disagree.
 *
 * Intervals and p-values are over test images, each with its mean over seeds: they say how sure the difference of these
 * trained networks is for other images. How much it varies from training to training is in the spread over seeds.
 *
 * @module
 */
import type { Environment } from '@leanvox/app-shell'
import { bootstrapMean, holm, mean, std, wilcoxonSignedRank, type BootstrapInterval } from '@leanvox/metrics'
import type { Analysis } from './analyse.ts'
import type { StoredCases } from './cases.ts'
import type { Arm, Config, Setting } from './config.ts'
import type { HtlSettings } from './config-settings.ts'
import type { FindResult, ImageScore, TrainJobResult } from './jobs.ts'
import { iouOf, pairUp, trainingsOf, type ScoreOf } from './paired-scores.ts'
import { meanScores } from './scores.ts'

/** One training. */
export interface TrainingRow {
  readonly setting: Setting
  readonly arm: Arm
  readonly seed: number
  readonly iou: number
  readonly dice: number
  readonly boxIou: number
  readonly boxIou50: number
  readonly boxIou75: number
  /** Mean IoU on the external images at their own size; null without them. */
  readonly externalIou: number | null
  readonly seconds: number
  readonly planningSeconds: number
  readonly steps: number
  readonly multiplyAdds: number
}

/** Names of the scores that arms are compared by. */
export const SCORES = ['iou', 'dice', 'boxIou50', 'boxIou75'] as const
export type ScoreName = (typeof SCORES)[number]

/** An arm's difference to plain in one score. */
export interface Difference {
  readonly mean: BootstrapInterval
  /** Wilcoxon's signed-rank test over images. */
  readonly p: number
  /** By Holm over all arms and settings, score by score. */
  readonly corrected: number
  /** Standard deviation of the difference over seeds; NaN for one seed. */
  readonly seedDeviation: number
  /** Seeds in which the arm is better. */
  readonly seedsBetter: number
}

/** One arm of one setting. */
export interface ArmSummary {
  readonly setting: Setting
  readonly arm: Arm
  readonly seeds: readonly number[]
  readonly images: number
  /** Mean over images and seeds, with its interval over images. */
  readonly scores: Readonly<Record<ScoreName, BootstrapInterval>>
  readonly externalIou: number | null
  readonly seconds: number
  /** To plain over the seeds that both have; null for plain. */
  readonly differences: Readonly<Record<ScoreName, Difference>> | null
}

/** One entry of the sweep. */
export interface SweepRow {
  readonly setting: Setting
  readonly knob: string
  readonly name: string
  readonly seeds: readonly number[]
  readonly htl: HtlSettings
  readonly iou: number
  /** To plain, same seeds. */
  readonly difference: BootstrapInterval | null
  readonly p: number | null
}

/** Dense against pruned network by sparsity, mean over seeds. */
export interface SparsityRow {
  readonly setting: Setting
  readonly sparsity: number
  readonly disagreement: number
  readonly iou: number
  readonly denseIou: number
}

/** Another heat map of the same trainings: means over test images and seeds. */
export interface OtherMapRow {
  readonly setting: Setting
  readonly arm: Arm
  readonly map: string
  readonly iou: number
  readonly boxIou50: number
  /** Mean IoU difference to plain and its standard deviation, over the seeds that both have; NaN for plain. */
  readonly difference: number
  readonly seedDeviation: number
}

/** What a reader needs to make the run again. */
export interface Provenance {
  readonly dataset: string
  readonly external: string | null
  readonly command: string
  readonly commit: string | null
  readonly date: string
  readonly machine: string
  readonly backend: string
  readonly precision: string
  readonly seeds: readonly number[]
  /** What the command does not say, such as the cores it was given. */
  readonly note?: string
}

/** Everything a run found. */
export interface RunResults {
  readonly provenance: Provenance
  readonly cases: Readonly<Record<'train' | 'validation' | 'test' | 'external' | 'setAside', number>>
  readonly warnings: readonly string[]
  readonly setAside: readonly string[]
  readonly planned: number
  readonly rows: readonly TrainingRow[]
  readonly summaries: readonly ArmSummary[]
  readonly sweep: readonly SweepRow[]
  readonly sparsity: readonly SparsityRow[]
  readonly otherMaps: readonly OtherMapRow[]
  readonly analysis: Analysis
}

export interface ResultsInput {
  readonly config: Config
  readonly stored: StoredCases
  readonly trainings: readonly TrainJobResult[]
  readonly finds: readonly FindResult[]
  readonly environment: Environment
  readonly analysis: Analysis
}

/** The results of whatever has finished. */
export function collectResults(input: ResultsInput): RunResults {
  const { config, stored, trainings, analysis } = input
  return {
    provenance: provenanceOf(input),
    cases: {
      train: stored.split.train.length,
      validation: stored.split.validation.length,
      test: stored.split.test.length,
      external: stored.externalSubjects.length,
      setAside: stored.setAside.length,
    },
    warnings: stored.warnings,
    setAside: stored.setAside,
    planned: config.settings.length * config.arms.length * config.seeds.length,
    rows: trainings.filter(({ job }) => job.variant === null).map(trainingRow),
    summaries: summariesOf(trainings, config),
    sweep: sweepRows(trainings, config),
    sparsity: sparsityRows(input),
    otherMaps: otherMapRows(trainings, config),
    analysis,
  }
}

function provenanceOf({ stored, trainings, environment }: ResultsInput): Provenance {
  const one = <T>(values: readonly T[]) => [...new Set(values)].join(' and ')
  return {
    dataset: stored.dataset,
    external: stored.external,
    command: environment.command,
    commit: environment.commit,
    date: environment.startedAt.slice(0, 10),
    machine: `${environment.processor}, ${environment.cores} cores, ${environment.memoryGiB} GiB, Node ${environment.node}`,
    backend: one(trainings.map(({ backend }) => backend)),
    precision: one(trainings.map(({ precision }) => precision)),
    seeds: [...new Set(trainings.map(({ job }) => job.seed))].sort((a, b) => a - b),
  }
}

function trainingRow({ job, test, external, ...rest }: TrainJobResult): TrainingRow {
  const { iou, dice, boxIou, boxIou50, boxIou75 } = meanScores(test)
  const { seconds, planningSeconds, steps, multiplyAdds } = rest
  return {
    ...{ setting: job.setting, arm: job.arm, seed: job.seed, iou, dice, boxIou, boxIou50, boxIou75 },
    externalIou: external.length === 0 ? null : meanScores(external).iou,
    ...{ seconds, planningSeconds, steps, multiplyAdds },
  }
}

const SCORE_OF: Readonly<Record<ScoreName, ScoreOf>> = {
  iou: iouOf,
  dice: ({ dice }: ImageScore) => dice ?? NaN,
  boxIou50: (score) => hit(score, 0.5),
  boxIou75: (score) => hit(score, 0.75),
}

function hit({ boxIou }: ImageScore, least: number): number {
  return boxIou === null ? NaN : Number(boxIou >= least)
}

function byScore<T>(make: (name: ScoreName) => T): Record<ScoreName, T> {
  return Object.fromEntries(SCORES.map((name) => [name, make(name)])) as Record<ScoreName, T>
}

function summariesOf(trainings: readonly TrainJobResult[], config: Config): ArmSummary[] {
  const summaries = config.settings.flatMap((setting) =>
    config.arms.flatMap((arm) => {
      const own = trainingsOf(trainings, { setting, arm })
      return own.length === 0 ? [] : [summaryOf(own, { trainings, config })]
    }),
  )
  return withCorrection(summaries)
}

function summaryOf(
  own: readonly TrainJobResult[],
  { trainings, config }: { trainings: readonly TrainJobResult[]; config: Config },
): ArmSummary {
  const { setting, arm } = own[0].job
  const plain = trainingsOf(trainings, { setting, arm: 'plain' })
  const { resamples, level } = config.analysis
  const external = own.flatMap(({ external }) => (external.length === 0 ? [] : [meanScores(external).iou]))
  const shared = own.some(({ job }) => plain.some((other) => other.job.seed === job.seed))
  return {
    setting,
    arm,
    seeds: own.map(({ job }) => job.seed),
    images: own[0].test.length,
    scores: byScore((name) => {
      const values = pairUp({ ours: own, plain: own }, SCORE_OF[name]).map((pair) => pair.arm)
      return bootstrapMean(values, { seed: `${setting}/${arm}/${name}`, resamples, level })
    }),
    externalIou: external.length === 0 ? null : mean(external),
    seconds: mean(own.map(({ seconds }) => seconds)),
    differences:
      arm === 'plain' || !shared ? null : byScore((name) => differenceOf({ ours: own, plain }, { name, config })),
  }
}

function differenceOf(
  { ours, plain }: { ours: readonly TrainJobResult[]; plain: readonly TrainJobResult[] },
  { name, config }: { name: ScoreName; config: Config },
): Difference {
  const { resamples, level } = config.analysis
  const { setting, arm } = ours[0].job
  const pairs = pairUp({ ours, plain }, SCORE_OF[name])
  const bySeed = ours.flatMap((one) => {
    const own = pairUp({ ours: [one], plain }, SCORE_OF[name])
    return own.length === 0 ? [] : [mean(own.map((pair) => pair.arm - pair.plain))]
  })
  return {
    mean: bootstrapMean(
      pairs.map((pair) => pair.arm - pair.plain),
      {
        seed: `${setting}/${arm}/${name}/difference`,
        resamples,
        level,
      },
    ),
    p: wilcoxonSignedRank({ x: pairs.map((pair) => pair.arm), y: pairs.map((pair) => pair.plain) }).p,
    corrected: NaN,
    seedDeviation: bySeed.length > 1 ? std(bySeed) : NaN,
    seedsBetter: bySeed.filter((value) => value > 0).length,
  }
}

function withCorrection(summaries: readonly ArmSummary[]): ArmSummary[] {
  const compared = summaries.filter(({ differences }) => differences !== null)
  const values = byScore((name) => holm(compared.map(({ differences }) => differences![name].p)))
  return summaries.map((summary) => {
    const { differences } = summary
    if (differences === null) return summary
    const place = compared.indexOf(summary)
    return {
      ...summary,
      differences: byScore((name) => ({ ...differences[name], corrected: values[name][place] })),
    }
  })
}

function sweepRows(trainings: readonly TrainJobResult[], config: Config): SweepRow[] {
  return config.sweep.flatMap(({ setting, knob, name }) => {
    const ours = trainings.filter(({ job }) => job.setting === setting && job.variant === name)
    if (ours.length === 0) return []
    const pairs = pairUp({ ours, plain: trainingsOf(trainings, { setting, arm: 'plain' }) })
    const { resamples, level } = config.analysis
    const known = pairs.length > 1
    return [
      {
        setting,
        knob,
        name,
        seeds: ours.map(({ job }) => job.seed),
        htl: ours[0].job.htl,
        iou: mean(ours.map(({ test }) => meanScores(test).iou)),
        difference: known
          ? bootstrapMean(
              pairs.map((pair) => pair.arm - pair.plain),
              { seed: `${setting}/${name}`, resamples, level },
            )
          : null,
        p: known
          ? wilcoxonSignedRank({ x: pairs.map((pair) => pair.arm), y: pairs.map((pair) => pair.plain) }).p
          : null,
      },
    ]
  })
}

function sparsityRows({ config, finds }: ResultsInput): SparsityRow[] {
  return config.settings.flatMap((setting) => {
    const own = finds.filter(({ job }) => job.setting === setting)
    if (own.length === 0) return []
    const dense = mean(own.flatMap(({ denseIou }) => denseIou.filter((value) => value !== null)))
    return own[0].bySparsity.map(({ sparsity }, s) => ({
      setting,
      sparsity,
      disagreement: mean(own.map(({ bySparsity }) => bySparsity[s].disagreement)),
      iou: mean(own.map(({ bySparsity }) => bySparsity[s].iou)),
      denseIou: dense,
    }))
  })
}

function otherMapRows(trainings: readonly TrainJobResult[], config: Config): OtherMapRow[] {
  return config.settings.flatMap((setting) =>
    config.arms.flatMap((arm) => {
      const own = trainingsOf(trainings, { setting, arm })
      const plain = trainingsOf(trainings, { setting, arm: 'plain' })
      return (own[0]?.others ?? []).map(({ name }) => {
        const scores = ({ others }: TrainJobResult) => others.find((other) => other.name === name)!
        const differences = own.flatMap((one) => {
          const same = plain.find(({ job }) => job.seed === one.job.seed)
          return arm === 'plain' || same === undefined ? [] : [scores(one).iou - scores(same).iou]
        })
        return {
          setting,
          arm,
          map: name,
          iou: mean(own.map((one) => scores(one).iou)),
          boxIou50: mean(own.map((one) => scores(one).boxIou50)),
          difference: differences.length > 0 ? mean(differences) : NaN,
          seedDeviation: differences.length > 1 ? std(differences) : NaN,
        }
      })
    }),
  )
}
