/**
 * How many cases each part of a split gets: whole numbers that add up.
 *
 * Fractions become numbers by largest remainders, so that the parts together hold exactly the rounded share of all.
 *
 * @module
 */

/** Sizes of the three parts; absent is 0. */
export interface PartSizes {
  readonly train: number
  readonly validation?: number
  readonly test?: number
}

/** Numbers of cases, `rest` being what goes nowhere; they add up to `total`. */
export interface PartCounts {
  readonly train: number
  readonly validation: number
  readonly test: number
  readonly rest: number
}

/**
 * Numbers of cases per part.
 *
 * @throws RangeError unless one of both is given and fits
 */
export function partSizes(
  total: number,
  { fractions, counts }: { readonly fractions?: PartSizes; readonly counts?: PartSizes },
): PartCounts {
  if ((fractions === undefined) === (counts === undefined)) {
    const found = fractions ? 'both' : 'neither'
    throw new RangeError(`splitCases: expected either fractions or counts, got ${found}`)
  }
  const { train, validation = 0, test = 0 } = fractions ?? counts ?? { train: 0 }
  const wanted = [train, validation, test]
  return fractions ? fromFractions(total, wanted) : fromCounts(total, wanted)
}

function fromCounts(total: number, wanted: readonly number[]): PartCounts {
  const [train, validation, test] = wanted
  const sum = train + validation + test
  if (!wanted.every((count) => Number.isInteger(count) && count >= 0) || sum > total) {
    throw new RangeError(`splitCases: expected counts of at most ${total} cases, got ${wanted.join(' + ')}`)
  }
  return { train, validation, test, rest: total - sum }
}

function fromFractions(total: number, wanted: readonly number[]): PartCounts {
  const sum = wanted.reduce((a, b) => a + b, 0)
  // Three decimal fractions that make 1 on paper may exceed it by rounding.
  if (!wanted.every((fraction) => fraction >= 0) || sum > 1 + 1e-9) {
    throw new RangeError(`splitCases: expected fractions of at most 1 together, got ${wanted.join(' + ')}`)
  }
  const exact = [...wanted, Math.max(0, 1 - sum)].map((fraction) => fraction * total)
  const counts = exact.map((share) => Math.floor(share + 1e-9))
  const byRemainder = exact.map((share, i) => ({ i, remainder: share - counts[i] }))
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  let left = total - counts.reduce((a, b) => a + b, 0)
  for (const { i } of byRemainder) if (left-- > 0) counts[i]++
  const [train, validation, test, rest] = counts
  return { train, validation, test, rest }
}
