/**
 * Scores of the same test images under plain training and under an arm, each the mean over the seeds that both have.
 *
 * @module
 */
import type { Arm, Setting } from './config.ts'
import type { ImageScore, TrainJobResult } from './jobs.ts'

/** One test image. */
export interface ScorePair {
  readonly id: string
  readonly arm: number
  readonly plain: number
}

/** Of an image's scores, the number that is compared; NaN where it is not defined. */
export type ScoreOf = (score: ImageScore) => number

export const iouOf: ScoreOf = ({ iou }) => iou ?? NaN

/** Trainings of one setting and arm in the comparison, without the sweep. */
export function trainingsOf(
  trainings: readonly TrainJobResult[],
  { setting, arm }: { readonly setting: Setting; readonly arm: Arm },
): TrainJobResult[] {
  return trainings.filter(({ job }) => job.variant === null && job.setting === setting && job.arm === arm)
}

/**
 * Pairs of one setting and arm against plain; images whose score is undefined in any of them are left out. Empty when
 * there is no seed that both have.
 */
export function pairedIou(
  trainings: readonly TrainJobResult[],
  { setting, arm }: { readonly setting: Setting; readonly arm: Arm },
  scoreOf: ScoreOf = iouOf,
): ScorePair[] {
  return pairUp(
    { ours: trainingsOf(trainings, { setting, arm }), plain: trainingsOf(trainings, { setting, arm: 'plain' }) },
    scoreOf,
  )
}

/** Pairs of two lists of trainings, matched by seed. */
export function pairUp(
  { ours, plain }: { readonly ours: readonly TrainJobResult[]; readonly plain: readonly TrainJobResult[] },
  scoreOf: ScoreOf = iouOf,
): ScorePair[] {
  const matched = ours.flatMap((one) => {
    const other = plain.find(({ job }) => job.seed === one.job.seed)
    return other === undefined ? [] : [{ arm: one.test, plain: other.test }]
  })
  if (matched.length === 0) return []
  const meanOf = (side: 'arm' | 'plain', i: number) =>
    matched.reduce((sum, pair) => sum + scoreOf(pair[side][i]), 0) / matched.length
  return matched[0].plain
    .map(({ id }, i) => ({ id, arm: meanOf('arm', i), plain: meanOf('plain', i) }))
    .filter(({ arm, plain }) => !Number.isNaN(arm) && !Number.isNaN(plain))
}
