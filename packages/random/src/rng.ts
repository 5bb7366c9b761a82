/**
 * Seeded random numbers with named, independent streams.
 *
 * A stream is fully given by its seed and path: `createRng(7).split('epoch', 3)` yields the same numbers however many
 * were drawn before from other streams. Resuming work therefore needs no stored generator state, only the step count.
 *
 * The generator is xoroshiro128+ (Blackman and Vigna, 2018) of the `pure-rand` library; its 128 bits of state are a
 * murmur-style hash of the path, so that near-by seeds give unrelated streams.
 *
 * @module
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { hash128 } from './hash.ts'

/** A stream of random numbers; drawing from it moves it on. */
export interface Rng {
  /** A number in `[0, 1)` with 53 random bits. */
  uniform(): number
  /** A number in `[low, high)`. */
  uniformIn(low: number, high: number): number
  /** A whole number in `[0, bound)`; throws RangeError unless `bound` is a whole number of at least 1. */
  integer(bound: number): number
  /** A standard normal number (Box-Muller, one of the pair is dropped so that draws stay countable). */
  normal(): number
  /** A new array with the values in random order (Fisher-Yates). */
  shuffle<T>(values: readonly T[]): T[]
  /** An independent stream named by `path` below this one; does not depend on what was drawn here. */
  split(...path: readonly (string | number)[]): Rng
}

/**
 * The stream of a seed.
 *
 * @example
 * const rng = createRng(7)
 * rng.split('trial', 3).uniform() // the same number every time
 */
export function createRng(seed: number | string): Rng {
  return fromPath([seed])
}

function fromPath(path: readonly (string | number)[]): Rng {
  // Type and length are part of the hashed text, so that ['a', 'b'], ['ab'] and [1], ['1'] differ.
  const generator = xoroshiro128plusFromState(hash128(JSON.stringify(path)))
  const uniform = () => uniformFloat64(generator)
  return {
    uniform,
    uniformIn: (low, high) => low + (high - low) * uniform(),
    integer(bound) {
      if (!Number.isSafeInteger(bound) || bound < 1) {
        throw new RangeError(`integer: expected a bound of at least 1, got ${bound}`)
      }
      return uniformInt(generator, 0, bound - 1)
    },
    // 1 - u is in (0, 1], so that the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(values) {
      const shuffled = [...values]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = uniformInt(generator, 0, i)
        ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
      }
      return shuffled
    },
    split: (...rest) => fromPath([...path, ...rest]),
  }
}
