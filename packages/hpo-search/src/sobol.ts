/**
 * The Sobol sequence, plain or scrambled: points that fill the unit cube evenly.
 *
 * Point n is the exclusive or of the direction numbers at the ones of n's Gray code (Antonov and Saleev, 1979). Scrambled
 * it is multiplied by a random lower triangular matrix of bits and shifted (Matousek, J. Complexity 14, 1998), which
 * keeps its evenness, moves it off the corner 0 and makes seeds differ.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'
import { sobolDirections } from './sobol-directions.ts'

const BITS = 30

/** Points of up to 200 dimensions. */
export interface Sobol {
  /** Point `index`, from 0 on; coordinates in [0, 1). */
  point(index: number): Float64Array
}

export const MOST_SOBOL_DIMENSIONS = sobolDirections.length + 1

/**
 * The sequence of a dimension, scrambled when an rng is given.
 *
 * @throws RangeError outside of 1 to 200 dimensions
 */
export function createSobol(dimensions: number, rng?: Rng): Sobol {
  if (!(dimensions >= 1 && dimensions <= MOST_SOBOL_DIMENSIONS)) {
    throw new RangeError(`createSobol: expected 1 to ${MOST_SOBOL_DIMENSIONS} dimensions, got ${dimensions}`)
  }
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const plain = directionNumbers(dimension)
    return rng === undefined ? plain : scrambled(plain, rng.split('matrix', dimension))
  })
  const shifts = columns.map((_, dimension) =>
    rng === undefined ? 0 : rng.split('shift', dimension).integer(2 ** BITS),
  )
  return {
    point(index) {
      const gray = index ^ (index >>> 1)
      return Float64Array.from(columns, (directions, dimension) => {
        let bits = shifts[dimension]
        for (let bit = 0; bit < BITS && gray >>> bit !== 0; bit++) if ((gray >>> bit) & 1) bits ^= directions[bit]
        return bits / 2 ** BITS
      })
    },
  }
}

/** Direction numbers as fractions of 2^30, by the recurrence of the dimension's primitive polynomial. */
function directionNumbers(dimension: number): Int32Array {
  const directions = new Int32Array(BITS)
  if (dimension === 0) return directions.map((_, bit) => 1 << (BITS - 1 - bit))
  const [polynomial, ...initial] = sobolDirections[dimension - 1]
  const degree = initial.length
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      directions[bit] = initial[bit] << (BITS - 1 - bit)
      continue
    }
    let value = directions[bit - degree] ^ (directions[bit - degree] >>> degree)
    for (let term = 1; term < degree; term++) {
      if ((polynomial >>> (degree - term)) & 1) value ^= directions[bit - term]
    }
    directions[bit] = value
  }
  return directions
}

/** Every direction number times a random lower triangular bit matrix with ones on its diagonal. */
function scrambled(directions: Int32Array, rng: Rng): Int32Array {
  // Row r gives the output bit r counted from the highest; it may only look at bits as high or higher.
  const rows = Array.from({ length: BITS }, (_, row) => {
    const diagonal = 1 << (BITS - 1 - row)
    return row === 0 ? diagonal : diagonal | (rng.integer(2 ** row) << (BITS - row))
  })
  return directions.map((direction) =>
    rows.reduce((bits, mask, row) => bits | (parity(direction & mask) << (BITS - 1 - row)), 0),
  )
}

function parity(bits: number): number {
  let folded = bits ^ (bits >>> 16)
  folded ^= folded >>> 8
  folded ^= folded >>> 4
  folded ^= folded >>> 2
  return (folded ^ (folded >>> 1)) & 1
}
