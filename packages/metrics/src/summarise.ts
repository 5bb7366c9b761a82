/**
 * A summary of metric values over cases that cannot hide the odd ones.
 *
 * A Dice of two empty masks is undefined (NaN) and says nothing about the method: it is left out of the statistics and
 * counted. A distance to an empty mask is infinite and is a miss: it stays in, so that the mean becomes infinite,
 * unless the caller says what a miss costs with `infiniteAs`, for instance `imageDiagonal`. Leaving misses out would
 * let a method improve its mean by predicting nothing.
 *
 * @module
 */
import { mean, median, std } from './descriptive.ts'

/** Statistics over the values that are not NaN, and how many values were odd. */
export interface Summary {
  /** How many values were given. */
  readonly count: number
  /** How many of them are NaN; these do not enter the statistics. */
  readonly undefinedCount: number
  /** How many of them are infinite; these enter as they are or as `infiniteAs`. */
  readonly infiniteCount: number
  readonly mean: number
  /** Sample standard deviation (n - 1); NaN if fewer than two values are defined or one of them is infinite. */
  readonly std: number
  readonly median: number
}

/** What an infinite value is replaced by before the statistics; default: it stays infinite. */
export interface SummariseOptions {
  readonly infiniteAs?: number
}

/**
 * Summarises metric values; mean, std and median are NaN if none is defined.
 *
 * @example
 * summarise([2, 4, NaN, Infinity], { infiniteAs: 12 }) // => { count: 4, undefinedCount: 1, infiniteCount: 1, mean: 6, ... }
 */
export function summarise(values: ArrayLike<number>, { infiniteAs = Infinity }: SummariseOptions = {}): Summary {
  const defined = Array.from(values).filter((value) => !Number.isNaN(value))
  const infiniteCount = defined.filter((value) => !Number.isFinite(value)).length
  const used = defined.map((value) => (value === Infinity ? infiniteAs : value))
  return {
    count: values.length,
    undefinedCount: values.length - defined.length,
    infiniteCount,
    mean: mean(used),
    std: std(used),
    median: median(used),
  }
}
