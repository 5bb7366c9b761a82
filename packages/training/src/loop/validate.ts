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
import type { EpochContext } from './hooks.ts'
import type { EpochRecord, ValidationRecord } from './records.ts'

/** Scores the weights, by the caller's own measure where there is one. */
export async function validate(
  options: ResolvedOptions,
  weights: NamedTensors,
  context: EpochContext,
): Promise<ValidationRecord> {
  return options.validate ? checked(await options.validate(weights, context)) : meanDice(options, weights, context)
}

async function meanDice(
  options: ResolvedOptions,
  weights: NamedTensors,
  { progress }: EpochContext,
): Promise<ValidationRecord> {
  const { network, validationCases, patchSize, overlap, signal } = options
  const labels = foregroundLabels(network.spec)
  const scores: number[][] = labels.map(() => [])
  for (const [index, one] of validationCases.entries()) {
    const { labelMap } = await slidingWindowPredict({ network, weights }, one, { patchSize, overlap, signal })
    labels.forEach((label, i) => {
      scores[i].push(dice({ prediction: labelMask(labelMap, label), reference: labelMask(one.label, label) }))
    })
    await progress({ done: index + 1, total: validationCases.length })
  }
  const means = labels.map((label, i): [number, number] => [label, summarise(scores[i]).mean])
  return { dice: summarise(means.map(([, mean]) => mean)).mean, labels: Object.fromEntries(means) }
}

/** JSON keeps finite numbers, and NaN by our own rule. */
function checked(record: ValidationRecord): ValidationRecord {
  const { dice, labels, ...extra } = record
  for (const [name, value] of Object.entries({ dice, ...extra, ...labels })) {
    if (typeof value !== 'number' || Math.abs(value) === Infinity) {
      throw new RangeError(`train: expected finite numbers or NaN from validate, got ${String(value)} for ${name}`)
    }
  }
  return { ...record, labels: labels ?? {} }
}

/** Forward multiply-adds of all validations. */
export function validationCost(options: ResolvedOptions, history: readonly EpochRecord[]): number {
  const records = history.flatMap(({ validation }) => validation ?? [])
  if (!options.validate) return records.length * meanDiceCost(options)
  return records.reduce((sum, { multiplyAdds }) => sum + (typeof multiplyAdds === 'number' ? multiplyAdds : 0), 0)
}

function meanDiceCost({ network, validationCases, patchSize, overlap }: ResolvedOptions): number {
  return validationCases.reduce((sum, one) => sum + predictionMultiplyAdds(network, one, { patchSize, overlap }), 0)
}
