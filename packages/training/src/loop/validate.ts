/**
 * Validation: the mean foreground Dice of whole cases by sliding window.
 *
 * @module
 */
import type { NamedTensors } from '@leanvox/engine'
import { dice, labelMask, summarise } from '@leanvox/metrics'
import { predictionMultiplyAdds, slidingWindowPredict } from '../inference/sliding-window-predict.ts'
import { foregroundLabels } from '../segmentation-network.ts'
import type { ResolvedOptions } from './plan.ts'
import type { ValidationRecord } from './records.ts'

/** Scores the weights on the validation cases. */
export async function validate(options: ResolvedOptions, weights: NamedTensors): Promise<ValidationRecord> {
  const { network, validationCases, patchSize, overlap, signal } = options
  const labels = foregroundLabels(network.spec)
  const scores: number[][] = labels.map(() => [])
  for (const one of validationCases) {
    const { labelMap } = await slidingWindowPredict({ network, weights }, one, { patchSize, overlap, signal })
    labels.forEach((label, i) => {
      scores[i].push(dice({ prediction: labelMask(labelMap, label), reference: labelMask(one.label, label) }))
    })
  }
  const means = labels.map((label, i): [number, number] => [label, summarise(scores[i]).mean])
  return { dice: summarise(means.map(([, mean]) => mean)).mean, labels: Object.fromEntries(means) }
}

/** Forward multiply-adds of one validation. */
export function validationCost({ network, validationCases, patchSize, overlap }: ResolvedOptions): number {
  return validationCases.reduce((sum, one) => sum + predictionMultiplyAdds(network, one, { patchSize, overlap }), 0)
}
