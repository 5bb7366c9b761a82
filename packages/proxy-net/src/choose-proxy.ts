/**
 * The choice of a proxy network: the cheapest rung that ranks settings well enough (our rule; Nath et al. 2021 report
 * high correlation and speed of their proxy, not a rule to pick one).
 *
 * Cost is the measured step time if every rung has one, else multiply-adds: seconds and counts are never mixed.
 *
 * @module
 */

/** What a rung must tell to be chosen; `rankLadder` and `timeLadder` provide it. */
export interface ProxyCandidate {
  readonly name: string
  readonly multiplyAdds: number
  readonly stepSeconds?: number
  /** Rank correlation with the full network; NaN (unknown) never qualifies. */
  readonly correlation: number
  /** Lower end of its interval; needed for `by: 'low'`. */
  readonly correlationLow?: number
}

/** What is good enough. */
export interface ChooseOptions {
  /** The least correlation that qualifies, in [-1, 1]. */
  readonly minimumCorrelation: number
  /** Compare the `estimate` (default) or the `low` end of the interval, which also asks for enough settings. */
  readonly by?: 'estimate' | 'low'
}

/** The chosen rung, if any qualifies, and why in one line. */
export interface ProxyChoice<R> {
  readonly rung: R | undefined
  readonly explanation: string
}

/**
 * The cheapest rung whose correlation reaches the minimum; of equally cheap ones the first.
 *
 * @throws RangeError for an empty list or a minimum outside [-1, 1].
 */
export function chooseProxy<R extends ProxyCandidate>(
  rungs: readonly R[],
  { minimumCorrelation, by = 'estimate' }: ChooseOptions,
): ProxyChoice<R> {
  if (rungs.length === 0) throw new RangeError('chooseProxy: expected at least 1 rung, got 0')
  if (!(minimumCorrelation >= -1 && minimumCorrelation <= 1)) {
    throw new RangeError(`chooseProxy: expected a minimumCorrelation from -1 to 1, got ${minimumCorrelation}`)
  }
  const correlationOf = (rung: R) => (by === 'low' ? (rung.correlationLow ?? NaN) : rung.correlation)
  const what = by === 'low' ? 'lower bound of the correlation' : 'correlation'
  const qualified = rungs.filter((rung) => correlationOf(rung) >= minimumCorrelation)
  if (qualified.length === 0) {
    const explanation = `none of ${rungs.length} rungs reaches a ${what} of ${minimumCorrelation}${best(rungs, correlationOf)}`
    return { rung: undefined, explanation }
  }
  const { costOf, inWords } = costs(rungs)
  const rung = qualified.reduce((cheapest, other) => (costOf(other) < costOf(cheapest) ? other : cheapest))
  const explanation =
    `${rung.name}: ${what} ${correlationOf(rung).toFixed(3)} reaches ${minimumCorrelation}, ${inWords(rung)}, ` +
    `cheapest of the ${qualified.length} of ${rungs.length} rungs that do`
  return { rung, explanation }
}

function best<R extends ProxyCandidate>(rungs: readonly R[], correlationOf: (rung: R) => number): string {
  const known = rungs.filter((rung) => !Number.isNaN(correlationOf(rung)))
  if (known.length === 0) return '; none is known'
  const highest = known.reduce((a, b) => (correlationOf(b) > correlationOf(a) ? b : a))
  return `; the highest is ${correlationOf(highest).toFixed(3)} (${highest.name})`
}

function costs(rungs: readonly ProxyCandidate[]): {
  costOf: (rung: ProxyCandidate) => number
  inWords: (rung: ProxyCandidate) => string
} {
  const seconds = new Map(rungs.flatMap((rung) => (rung.stepSeconds === undefined ? [] : [[rung, rung.stepSeconds]])))
  if (seconds.size === rungs.length) {
    return {
      costOf: (rung) => seconds.get(rung) ?? NaN,
      inWords: (rung) => `${(seconds.get(rung) ?? NaN).toPrecision(3)} s a step`,
    }
  }
  return {
    costOf: (rung) => rung.multiplyAdds,
    inWords: (rung) => `${rung.multiplyAdds.toExponential(2)} multiply-adds a patch`,
  }
}
