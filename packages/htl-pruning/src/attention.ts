/**
 * Attending during training: after a warm-up, every few epochs, the current network is pruned, its hard-to-learn (HTL)
 * cases are found, and the coming epochs turn towards them. Hands `train` its `beforeEpoch`.
 *
 * Arms: 'htl' takes the cases of largest disagreement; 'random' a new random set of the same size each time; 'high-loss'
 * the cases of largest loss of the dense network (of largest entropy if a candidate has no label); 'plain' does nothing.
 * All take as many cases and attend by the same rule.
 *
 * Rules: 'loss-weight' and 'oversample' weigh the losses, or the draws, by `attentionWeights`; 'extra-batch' adds items
 * drawn from the set to every batch.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import type { BeforeEpochContext, EpochPlan, PreparedCase, SegmentationNetwork } from '@leanvox/training'
import { attentionWeights } from './attention-weights.ts'
import type { AttentionNote, AttentionRound } from './attention-note.ts'
import { noteOf } from './attention-note.ts'
import { scoreCases, scoresAt, type HtlScores, type ScoreOptions } from './score-cases.ts'
import { selectHtl, shareOf, worstFirst, type HtlRule } from './select-htl.ts'

export type AttentionArm = 'htl' | 'random' | 'high-loss' | 'plain'

export type AttentionRule =
  | { readonly kind: 'loss-weight'; readonly strength?: number }
  | { readonly kind: 'oversample'; readonly strength?: number }
  /** `perBatch` more items in every batch. */
  | { readonly kind: 'extra-batch'; readonly perBatch: number }

export interface AttentionOptions extends Omit<ScoreOptions, 'sparsities' | 'predictions' | 'seed'> {
  readonly network: SegmentationNetwork
  /** The cases that `train` has, in its order. */
  readonly cases: readonly PreparedCase[]
  readonly arm: AttentionArm
  /** Default loss weights of strength 1. */
  readonly rule?: AttentionRule
  /** Default the worst fifth of the candidates. */
  readonly select?: HtlRule
  /** Indices of the cases that may be chosen; default all. */
  readonly candidates?: readonly number[]
  /** Epochs without attending, default 5: the first round comes before epoch `warmup + 1`. */
  readonly warmup?: number
  /** Epochs between rounds, default 5. */
  readonly every?: number
  /** As in `scoreCases`, or by the epoch that is about to start (a gradual schedule). */
  readonly sparsities?: readonly number[] | ((epoch: number) => readonly number[])
  /** Which weights are pruned: the trained ones (default) or their moving average. */
  readonly source?: 'weights' | 'average'
  /** Of the random sets, default 0. */
  readonly seed?: number | string
  readonly onRound?: (round: AttentionRound) => void
}

/** A plan for `train`, its note holding the history of the sets. */
export interface AttentionPlan extends EpochPlan {
  readonly note: AttentionNote
}

export interface Attention {
  /** null keeps the plan as it is. */
  readonly beforeEpoch: (context: AttentionContext) => Promise<AttentionPlan | null>
  /** What decides the sets, as plain JSON: `train` continues a checkpoint only under the same. */
  readonly hookSettings: Readonly<Record<string, unknown>>
}

/** What is read of that which `train` hands over. */
export type AttentionContext = Pick<BeforeEpochContext, 'epoch' | 'weights' | 'average' | 'previous'> &
  Partial<Pick<BeforeEpochContext, 'progress'>>

/**
 * The `beforeEpoch` of an arm.
 *
 * @throws RangeError for a warm-up or interval that is no whole number, an extra batch of less than one item or
 *   candidates that are no cases; when called, what `scoreCases` throws, or a moving average asked for but not kept
 *
 * @example
 * await train({ ...options, ...attention({ network, cases, arm: 'htl', warmup: 10, every: 5 }) })
 */
export function attention(options: AttentionOptions): Attention {
  checkOptions(options)
  return {
    hookSettings: settingsOf(options),
    beforeEpoch: async (context) => {
      if (options.arm === 'plain' || !isDue(options, context.epoch)) return null
      const found = await round(options, context)
      options.onRound?.(found)
      return planOf(options, found, context.previous?.note)
    },
  }
}

function isDue({ warmup = 5, every = 5 }: AttentionOptions, epoch: number): boolean {
  return epoch > warmup && (epoch - warmup - 1) % every === 0
}

/** The set of this round and the scores that chose it. */
async function round(options: AttentionOptions, context: AttentionContext): Promise<AttentionRound> {
  const { arm, cases, candidates = cases.map((_, i) => i), select = { fraction: 0.2 }, seed = 0 } = options
  const { epoch } = context
  // A threshold is one on disagreement: every arm takes as many as exceed it.
  const bySize = select.fraction !== undefined
  const found = arm === 'random' && bySize ? null : await scoreCandidates(options, { context, candidates })
  const size = bySize ? shareOf(candidates.length, select.fraction) : selectHtl(found?.scores ?? [], select).length
  const rng = createRng(seed).split('attention', epoch)
  const scores = arm === 'random' ? candidates.map(() => rng.uniform()) : scoresOf(arm, found)
  const set = worstFirst(scores).slice(0, size)
  const told = (i: number) => (arm === 'random' ? 1 : rounded(scores[i])) // members of a random set weigh the same
  return { epoch, set: set.map((i) => candidates[i]), scores: candidates.map((index, i) => [index, told(i)]) }
}

function scoresOf(arm: AttentionArm, found: HtlScores | null): Float64Array {
  if (!found) return new Float64Array(0)
  return arm === 'htl' ? found.scores : hardness(found)
}

async function scoreCandidates(
  options: AttentionOptions,
  { context, candidates }: { context: AttentionContext; candidates: readonly number[] },
): Promise<HtlScores> {
  const { network, cases, arm, source = 'weights', targets, sparsities, select, seed: _seed, ...rest } = options
  const weights = source === 'average' ? context.average : context.weights
  if (!weights) throw new RangeError('attention: expected a moving average of the weights, got none')
  const { progress } = context
  const own = {
    ...rest,
    ...(progress && { progress }),
    ...(targets && { targets: candidates.map((index) => targets[index]) }),
  }
  const model = { network, weights, cases: candidates.map((index) => cases[index]) }
  if (arm === 'high-loss' && select?.threshold === undefined) return scoresAt(model, { ...own, sparsities: [] })
  const chosen = typeof sparsities === 'function' ? sparsities(context.epoch) : sparsities
  return scoreCases(model, { ...own, ...(chosen && { sparsities: chosen }) })
}

/** Loss by case, or entropy if one of them has no label: the two do not compare. */
function hardness({ losses, entropies }: HtlScores): Float64Array {
  return losses.some(Number.isNaN) ? entropies : losses
}

function planOf(options: AttentionOptions, found: AttentionRound, previous: unknown): AttentionPlan {
  const { cases, arm, rule = { kind: 'loss-weight' } } = options
  const note = noteOf(arm, found, previous)
  if (found.set.length === 0) return { note }
  if (rule.kind === 'extra-batch') return { extra: { cases: found.set, perBatch: rule.perBatch }, note }
  const scores = new Float64Array(cases.length)
  for (const [index, score] of found.scores) scores[index] = score ?? NaN
  const weights = attentionWeights(scores, {
    set: found.set,
    ...(rule.strength !== undefined && { strength: rule.strength }),
  })
  return rule.kind === 'oversample' ? { drawWeights: weights, note } : { lossWeights: weights, note }
}

function settingsOf(options: AttentionOptions): Record<string, unknown> {
  const { arm, rule, select, warmup, every, sparsities, source, seed, measure, scope, pruning } = options
  if (arm === 'plain') return { arm }
  const levels = typeof sparsities === 'function' ? 'by epoch' : sparsities
  const named = { arm, rule, select, warmup, every, sparsities: levels, source, seed, measure, scope, pruning }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

/** Seven digits, as of float32, keep the plan in the checkpoint short; JSON has no NaN. */
function rounded(score: number): number | null {
  return Number.isFinite(score) ? Number(score.toPrecision(7)) : null
}

const ARMS = ['htl', 'random', 'high-loss', 'plain']
const RULES = ['loss-weight', 'oversample', 'extra-batch']

function checkOptions(options: AttentionOptions): void {
  const { arm, rule = { kind: 'loss-weight' }, warmup = 5, every = 5, candidates = [], cases } = options
  const fail = (expected: string, found: unknown) => {
    throw new RangeError(`attention: expected ${expected}, got ${String(found)}`)
  }
  if (!ARMS.includes(arm)) fail(`an arm of ${ARMS.join(', ')}`, arm)
  if (!RULES.includes(rule.kind)) fail(`a rule of ${RULES.join(', ')}`, rule.kind)
  if (!(Number.isInteger(warmup) && warmup >= 0)) fail('a warm-up of at least 0 epochs', warmup)
  if (!(Number.isInteger(every) && every >= 1)) fail('at least 1 epoch between rounds', every)
  if (rule.kind === 'extra-batch' && !(Number.isInteger(rule.perBatch) && rule.perBatch >= 1)) {
    fail('an extra batch of at least 1 item', rule.perBatch)
  }
  const odd = candidates.find((index) => !(Number.isInteger(index) && index >= 0 && index < cases.length))
  if (odd !== undefined) fail(`candidates among ${cases.length} cases`, odd)
}
