/**
 * Scores of a trained network on the held-out cases, and its predictions as files when they are to be kept.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedArrays } from '@leanvox/engine'
import { writeNifti } from '@leanvox/io-medical'
import { unet } from '@leanvox/nets'
import { evaluateCases, type PreparedCase } from '@leanvox/training'
import type { TestScores, TrainJob } from './jobs.ts'

/** What is scored. */
export interface ScoreInput {
  readonly weights: NamedArrays
  readonly cases: readonly PreparedCase[]
  /** The trial's folder; predictions go to `predictions/` below it. */
  readonly folder: string
  /** Called after each case: many large ones take longer than a process may be silent. */
  readonly onCase?: () => void
}

/** Mean Dice and HD95 over labels, and every case's own; a missed label counts as the image's diagonal in HD95. */
export async function scoreTestCases(
  job: Pick<TrainJob, 'network' | 'patchSize' | 'labels' | 'keep'>,
  { weights, cases, folder, onCase }: ScoreInput,
): Promise<TestScores> {
  const evaluation = await evaluateCases({
    network: unet(job.network),
    weights,
    cases,
    patchSize: job.patchSize,
    labels: job.labels,
    onPrediction: async (one, labelMap) => {
      onCase?.()
      if (job.keep) await writePrediction(folder, one, labelMap)
    },
  })
  const scores = evaluation.cases.flatMap(({ id, labels }) =>
    Object.entries(labels).map(([label, { dice, hd95 }]) => ({
      id,
      label: Number(label),
      dice: finiteOrNull(dice),
      hd95: finiteOrNull(hd95),
    })),
  )
  const missed = Object.values(evaluation.summary).reduce((sum, label) => sum + label.missed + label.spurious, 0)
  return { dice: finiteOrNull(evaluation.meanDice), hd95: finiteOrNull(evaluation.meanHd95), missed, cases: scores }
}

/** The file of a case's prediction below a trial's folder. */
export function predictionPath(folder: string, id: string): string {
  return join(folder, 'predictions', `${id.replaceAll('/', '_')}.nii.gz`)
}

async function writePrediction(folder: string, one: PreparedCase, labelMap: Uint8Array): Promise<void> {
  await mkdir(join(folder, 'predictions'), { recursive: true })
  const { shape, spacing, affine } = one
  await writeNifti(predictionPath(folder, one.id), { data: labelMap, shape, spacing, affine }, { datatype: 'uint8' })
}

/** The journal is JSON, which holds neither NaN nor Infinity. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
