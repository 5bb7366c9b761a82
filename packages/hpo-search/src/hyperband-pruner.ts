/**
 * Hyperband (Li et al., JMLR 2018): several successive halvings side by side, from early and hard to late and mild.
 *
 * As in Optuna's HyperbandPruner each trial belongs to one bracket, by the checksum of the study's name and its number,
 * in proportion to what the brackets are to hold, and competes with trials of its bracket only. Samplers too are shown the
 * trials of its bracket alone (Optuna 5, `optuna.pruners._filter_study`): in a hard bracket the values of pruned trials
 * are those of early steps, which say little of what a mild bracket reaches.
 *
 * @module
 */
import { crc32 } from './crc32.ts'
import { lastStep, type FrozenTrial } from './frozen-trial.ts'
import { checkPrunerCounts, type PruneContext, type Pruner } from './pruner.ts'
import { successiveHalvingPruner } from './successive-halving-pruner.ts'

export interface HyperbandPrunerOptions {
  /** Step of the first rung of the hardest bracket. Default 1. */
  readonly minResource?: number
  /**
   * The most steps a trial runs. Default `'auto'`: what the completed trial of the lowest number ran; nothing is stopped
   * before one has completed. (Optuna takes the longest of those completed when the pruner was first asked, which no
   * journal tells.)
   */
  readonly maxResource?: number | 'auto'
  /** One in so many goes on. Default 3. */
  readonly reductionFactor?: number
  /** Values a rung needs before any trial goes on from it. Default 0. */
  readonly bootstrapCount?: number
  /**
   * Show samplers only the trials of the bracket, as Optuna does. Default true. With false they learn from all trials, whose
   * last values then come from steps of very different brackets; each model has several times the trials.
   */
  readonly samplersSeeBracket?: boolean
}

/**
 * The Hyperband rule. One direction only.
 *
 * @throws RangeError for options out of range
 */
export function hyperbandPruner(options: HyperbandPrunerOptions = {}): Pruner {
  const { minResource = 1, maxResource = 'auto', reductionFactor = 3, bootstrapCount = 0 } = options
  const { samplersSeeBracket = true } = options
  checkPrunerCounts('hyperbandPruner', { minResource }, 1)
  checkPrunerCounts('hyperbandPruner', { reductionFactor }, 2)
  checkPrunerCounts('hyperbandPruner', { bootstrapCount }, 0)
  if (maxResource !== 'auto') checkPrunerCounts('hyperbandPruner', { maxResource }, minResource)
  const bracketsFor = createBrackets({ minResource, reductionFactor, bootstrapCount })
  const bracketsOf = (finished: readonly FrozenTrial[]): Brackets | null => {
    const most = maxResource === 'auto' ? stepsOfFirst(finished) : maxResource
    return most === null ? null : bracketsFor(Math.max(most, minResource))
  }
  return {
    name: 'hyperband',
    groupOf({ studyName, number, finished }) {
      const brackets = samplersSeeBracket ? bracketsOf(finished) : null
      if (brackets === null) return null
      const own = brackets.bracketOf(studyName, number)
      return (other) => brackets.bracketOf(studyName, other) === own
    },
    shouldPrune(context) {
      const brackets = bracketsOf(context.finished)
      if (brackets === null) return false
      const { pruners, bracketOf } = brackets
      const own = bracketOf(context.studyName, context.trial.number)
      const mates = (trials: readonly FrozenTrial[]) =>
        trials.filter(({ number }) => bracketOf(context.studyName, number) === own)
      const inBracket: PruneContext = { ...context, trials: mates(context.trials), finished: mates(context.finished) }
      return pruners[own].shouldPrune(inBracket)
    },
  }
}

interface Brackets {
  readonly pruners: readonly Pruner[]
  bracketOf(studyName: string, number: number): number
}

function createBrackets(settings: { minResource: number; reductionFactor: number; bootstrapCount: number }) {
  const known = new Map<number, Brackets>()
  return (maxResource: number): Brackets => {
    const brackets = known.get(maxResource) ?? makeBrackets(maxResource, settings)
    known.set(maxResource, brackets)
    return brackets
  }
}

function makeBrackets(
  maxResource: number,
  settings: { minResource: number; reductionFactor: number; bootstrapCount: number },
): Brackets {
  const { minResource, reductionFactor } = settings
  // A quotient of logarithms of a power may fall just short of a whole number.
  const count = Math.floor(Math.log(maxResource / minResource) / Math.log(reductionFactor) + 1e-12) + 1
  const shares = Array.from({ length: count }, (_, bracket) => {
    const rungs = count - 1 - bracket
    return Math.ceil((count * reductionFactor ** rungs) / (rungs + 1))
  })
  /** Every question asks for the brackets of all trials. */
  const byStudy = new Map<string, number[]>()
  const total = shares.reduce((sum, share) => sum + share, 0)
  return {
    pruners: shares.map((_, bracket) => successiveHalvingPruner({ ...settings, minEarlyStoppingRate: bracket })),
    bracketOf(studyName, number) {
      const known = byStudy.get(studyName) ?? []
      byStudy.set(studyName, known)
      let rest = known[number] === undefined ? crc32(`${studyName}_${number}`) % total : 0
      return (known[number] ??= shares.findIndex((share) => (rest -= share) < 0))
    },
  }
}

/** Steps the first completed trial ran, counted from 0; null without one that reported. */
function stepsOfFirst(finished: readonly FrozenTrial[]): number | null {
  const first = finished.find((trial) => trial.state === 'complete' && trial.intermediateValues.size > 0)
  return first === undefined ? null : (lastStep(first) as number) + 1
}
