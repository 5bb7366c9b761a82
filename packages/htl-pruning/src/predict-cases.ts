/**
 * Predictions of whole cases in batches, without tiles: for images of one size much faster than a sliding window.
 *
 * @module
 */
import { lossByName, type PreparedCase } from '@leanvox/training'
import { answersOf, labelsOf, probabilitiesOf } from './case-answers.ts'
import { caseBatches, imagesTensor } from './case-batches.ts'
import { withTensors, type WeightedNetwork } from './model.ts'

export interface PredictCasesOptions {
  /** Default 16. */
  readonly batchSize?: number
  readonly signal?: AbortSignal | undefined
}

export interface CasePrediction {
  /** `[depth, height, width]`; from a classifier the class as a single number. */
  readonly labelMap: Uint8Array
  /** `[voxels, classes]`, or `[classes]`; one output channel gives two classes. */
  readonly probabilities: Float32Array
}

/**
 * The predictions of a segmentation network or classifier, in the order of the cases.
 *
 * @throws RangeError for cases of other channels or a bad batch size; the signal's reason when aborted
 */
export async function predictCases(
  { network, weights, cases }: WeightedNetwork & { readonly cases: readonly PreparedCase[] },
  { batchSize = 16, signal }: PredictCasesOptions = {},
): Promise<CasePrediction[]> {
  const predictions: CasePrediction[] = []
  await withTensors(weights, async (tensors) => {
    for (const { indices } of caseBatches(cases, { caller: 'predictCases', batchSize })) {
      signal?.throwIfAborted()
      const batch = indices.map((index) => cases[index])
      const images = imagesTensor(batch, { caller: 'predictCases', ...network.spec })
      const question = { images, count: batch.length, labels: null, loss: lossByName('cross-entropy'), classes: null }
      try {
        for (const answer of await answersOf({ network, weights: tensors }, question)) {
          predictions.push({ labelMap: labelsOf(answer), probabilities: probabilitiesOf(answer) })
        }
      } finally {
        images.dispose()
      }
    }
  })
  return predictions
}
