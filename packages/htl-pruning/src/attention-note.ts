/**
 * The history of the attended sets, as plain JSON in the note of the epoch plan: it travels with the checkpoint and so
 * survives an interruption.
 *
 * @module
 */
import { jaccard } from './jaccard.ts'

/** One round: before which epoch, the set with the worst first, and the scores of all candidates. */
export interface AttentionRound {
  readonly epoch: number
  /** Indices into the training cases. */
  readonly set: readonly number[]
  /** `[index, score]` of each candidate; null for an undefined score. */
  readonly scores: readonly (readonly [index: number, score: number | null])[]
}

export interface AttentionNote {
  readonly arm: string
  /** Oldest first. */
  readonly rounds: readonly AttentionRound[]
}

/** The note after one more round. */
export function noteOf(arm: string, round: AttentionRound, previous: unknown): AttentionNote {
  return { arm, rounds: [...(isNote(previous) ? previous.rounds : []), round] }
}

/** Whether a plan's note is one of these. */
export function isNote(note: unknown): note is AttentionNote {
  return typeof note === 'object' && note !== null && 'rounds' in note && Array.isArray(note.rounds)
}

/** How the set moved over training. */
export interface HtlHistory {
  readonly epochs: readonly number[]
  /** Jaccard overlap of each round with the one before; one shorter than `epochs`. */
  readonly overlaps: readonly number[]
  /** In how many rounds each case was in the set. */
  readonly counts: readonly number[]
}

/** Sums up the rounds of one training over `total` cases. */
export function htlHistory(rounds: readonly AttentionRound[], { total }: { readonly total: number }): HtlHistory {
  const counts = new Array<number>(total).fill(0)
  for (const { set } of rounds) for (const index of set) counts[index]++
  return {
    epochs: rounds.map(({ epoch }) => epoch),
    overlaps: rounds.slice(1).map(({ set }, i) => jaccard(rounds[i].set, set)),
    counts,
  }
}
