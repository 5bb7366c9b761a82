/**
 * Scores every case by how much a pruned copy of the network disagrees with the network itself.
 *
 * One-shot masks of the current weights at several sparsities; per batch one dense pass and one pruned pass for each;
 * the score of a case is the mean over the sparsities (our ensembling, after PIE's several levels). Images go through
 * whole, without tiles. Nothing is recalibrated for the pruned pass, see `applyMask`.
 *
 * @module
 */
import { disposeAll, type NamedTensors } from '@leanvox/engine'
import { lossByName, type Loss, type PreparedCase, type Progress } from '@leanvox/training'
import { dispose, tensor1d, type Tensor } from '@tensorflow/tfjs-core'
import { answersOf, entropyOf, labelMapsTensor, labelsOf, type CaseAnswer } from './case-answers.ts'
import { caseBatches, imagesTensor } from './case-batches.ts'
import { isClassifier } from './classifier.ts'
import { argMax } from './disagreement.ts'
import { measureFor, type Measure, type MeasureName } from './measures.ts'
import { asArrays, withTensors, type WeightedNetwork } from './model.ts'
import { prunedWeights, type PruningOptions } from './pruned-weights.ts'
import { checkSparsities } from './sparsity.ts'

export interface ScoreOptions extends PruningOptions {
  /** Default 'mask-disagreement', for a classifier 'jensen-shannon'. */
  readonly measure?: MeasureName
  /** Default 0.5, 0.7 and 0.9. */
  readonly sparsities?: readonly number[]
  /** A classifier's true class of each case. */
  readonly targets?: readonly number[]
  /** Of one case; default Dice plus cross-entropy, for a classifier cross-entropy. */
  readonly loss?: Loss
  /** Cases that go through the network together, default 16. */
  readonly batchSize?: number
  /** Also return the predictions (default false). */
  readonly predictions?: boolean
  readonly signal?: AbortSignal | undefined
  /** Hears of every batch. */
  readonly progress?: Progress
}

/** One entry per case in every list. */
export interface HtlScores {
  /** Mean disagreement over the sparsities. */
  readonly scores: Float64Array
  readonly sparsities: readonly number[]
  /** Disagreement by sparsity and case. */
  readonly bySparsity: readonly Float64Array[]
  /** Loss of the dense network; NaN for a case without label or target. */
  readonly losses: Float64Array
  /** Mean entropy of the dense network's answers, in nats. */
  readonly entropies: Float64Array
  /** Dense label map of each case, a classifier's class as a single number; null unless asked for. */
  readonly dense: readonly Uint8Array[] | null
  /** Pruned ones by sparsity and case. */
  readonly pruned: readonly (readonly Uint8Array[])[] | null
}

/**
 * The scores of cases under a network.
 *
 * @throws RangeError for no sparsity or one outside (0, 1), a measure that the network does not have, a label-aware
 *   measure for a case without label (or target), or cases of other channels; the signal's reason when aborted
 *
 * @example
 * const { scores } = await scoreCases({ network, weights, cases }, { sparsities: [0.5, 0.7] })
 * selectHtl(scores, { fraction: 0.1 })
 */
export async function scoreCases(
  model: WeightedNetwork & { readonly cases: readonly PreparedCase[] },
  options: ScoreOptions = {},
): Promise<HtlScores> {
  const { sparsities = [0.5, 0.7, 0.9] } = options
  checkSparsities('scoreCases', sparsities)
  return scoresAt(model, { ...options, sparsities })
}

/** {@link scoreCases} at any number of sparsities: with none it only gives losses and entropies, and scores of NaN. */
export async function scoresAt(
  { network, weights, cases }: WeightedNetwork & { readonly cases: readonly PreparedCase[] },
  options: ScoreOptions & { readonly sparsities: readonly number[] },
): Promise<HtlScores> {
  const classifies = isClassifier(network)
  const { sparsities, batchSize = 16, signal } = options
  const name = options.measure ?? (classifies ? 'jensen-shannon' : 'mask-disagreement')
  const plan: Plan = {
    classifies,
    cases,
    measure: measureFor(name, { classifies }),
    needsMap: name === 'cam' && sparsities.length > 0,
    needsLoss: name === 'loss-rise',
    targets: options.targets ?? null,
    loss: options.loss ?? lossByName(classifies ? 'cross-entropy' : 'dice-cross-entropy'),
  }
  checkCasesFor(plan, name)
  const found = emptyScores(cases.length, { sparsities, predictions: options.predictions ?? false })
  const pruned = prunedWeights(await asArrays(weights), options)
  try {
    await withTensors(weights, async (dense) => {
      for (const { indices } of caseBatches(cases, { caller: 'scoreCases', batchSize })) {
        signal?.throwIfAborted()
        await scoreBatch({ network, dense, pruned }, { plan, indices, found })
        await options.progress?.({ done: indices[indices.length - 1] + 1, total: cases.length })
      }
    })
  } finally {
    pruned.forEach(disposeAll)
  }
  return found
}

interface Plan {
  readonly classifies: boolean
  readonly cases: readonly PreparedCase[]
  readonly measure: Measure
  readonly needsMap: boolean
  /** Of the pruned networks too. */
  readonly needsLoss: boolean
  readonly targets: readonly number[] | null
  readonly loss: Loss
}

interface Networks {
  readonly network: WeightedNetwork['network']
  readonly dense: NamedTensors
  readonly pruned: readonly NamedTensors[]
}

type Found = HtlScores & { readonly dense: Uint8Array[] | null; readonly pruned: Uint8Array[][] | null }

async function scoreBatch(
  { network, dense, pruned }: Networks,
  { plan, indices, found }: { plan: Plan; indices: readonly number[]; found: Found },
): Promise<void> {
  const cases = indices.map((index) => plan.cases[index])
  const images = imagesTensor(cases, { caller: 'scoreCases', ...network.spec })
  const labels = labelsTensor(plan, indices, network.spec.dimensions)
  const question = { images, count: indices.length, labels, loss: plan.loss }
  try {
    let classes: readonly number[] | null = null
    const first = await answersOf({ network, weights: dense }, { ...question, classes })
    let reference = first
    if (plan.needsMap) {
      // Both maps are of the class that the dense network names, so that they show evidence for the same thing.
      classes = first.map(({ logits }) => argMax(logits))
      reference = await answersOf({ network, weights: dense }, { ...question, classes })
    }
    recordDense({ plan, indices, found }, reference)
    for (const [level, weights] of pruned.entries()) {
      const answers = await answersOf(
        { network, weights },
        { ...question, classes, labels: plan.needsLoss ? labels : null },
      )
      indices.forEach((index, i) => {
        const { label } = plan.cases[index]
        found.bySparsity[level][index] = plan.measure.compare({ dense: reference[i], pruned: answers[i], label })
        if (found.pruned) found.pruned[level][index] = labelsOf(answers[i])
      })
    }
    for (const index of indices) found.scores[index] = meanOver(found.bySparsity, index)
  } finally {
    dispose(labels ? [images, labels] : [images])
  }
}

function recordDense(
  { plan, indices, found }: { plan: Plan; indices: readonly number[]; found: Found },
  answers: readonly CaseAnswer[],
): void {
  indices.forEach((index, i) => {
    const known = plan.classifies || plan.cases[index].hasLabel !== false
    found.losses[index] = known ? answers[i].loss : NaN
    found.entropies[index] = entropyOf(answers[i])
    if (found.dense) found.dense[index] = labelsOf(answers[i])
  })
}

function labelsTensor(
  { classifies, targets, cases }: Plan,
  indices: readonly number[],
  dimensions: 2 | 3,
): Tensor | null {
  if (!classifies) {
    return labelMapsTensor(
      indices.map((index) => cases[index]),
      dimensions,
    )
  }
  return targets
    ? tensor1d(
        indices.map((index) => targets[index]),
        'int32',
      )
    : null
}

function emptyScores(
  count: number,
  { sparsities, predictions }: { sparsities: readonly number[]; predictions: boolean },
): Found {
  const empty = () => new Float64Array(count).fill(NaN)
  return {
    scores: empty(),
    sparsities: [...sparsities],
    bySparsity: sparsities.map(empty),
    losses: empty(),
    entropies: empty(),
    dense: predictions ? [] : null,
    pruned: predictions ? sparsities.map(() => []) : null,
  }
}

function checkCasesFor({ classifies, cases, measure, targets }: Plan, name: string): void {
  if (classifies && targets && targets.length !== cases.length) {
    throw new RangeError(`scoreCases: expected a target for each of ${cases.length} cases, got ${targets.length}`)
  }
  if (!measure.needsLabel) return
  if (classifies && !targets) throw new RangeError(`scoreCases: expected targets for ${name}, got none`)
  const bare = classifies ? undefined : cases.find(({ hasLabel }) => hasLabel === false)
  if (bare) throw new RangeError(`scoreCases: expected a label for ${name}, got none in case ${bare.id}`)
}

function meanOver(lists: readonly Float64Array[], index: number): number {
  return lists.reduce((sum, list) => sum + list[index], 0) / lists.length
}
