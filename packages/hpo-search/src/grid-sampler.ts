/**
 * Every combination of given values once, in a shuffled order, then all again in another.
 *
 * The n-th trial that is not enqueued gets the n-th combination, so neither what other trials gave nor the order in which
 * they finish matters. Optuna's GridSampler ends the study after the last combination; here the number of trials does:
 * `runStudy(study, { trials: sampler.size })`.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { contains, type Params, type ParamValue } from './distribution.ts'
import { randomSampler } from './random-sampler.ts'
import { type Sampler } from './sampler.ts'

/** The values to combine, by parameter. */
export type Grid = Readonly<Record<string, readonly ParamValue[]>>

export interface GridSampler extends Sampler {
  /** Number of combinations. */
  readonly size: number
}

const MOST_COMBINATIONS = 1_000_000

/**
 * Grid search. A parameter that is not in the grid is drawn at random; one that an objective never asks for is left out.
 *
 * @throws RangeError for no values of a parameter, a million combinations or more; when sampling, for a value outside
 * of the parameter's distribution
 */
export function gridSampler(grid: Grid, { seed = 0 }: { readonly seed?: number } = {}): GridSampler {
  const names = Object.keys(grid)
  for (const name of names) {
    if (grid[name].length === 0) throw new RangeError(`gridSampler: expected values for '${name}', got none`)
  }
  const size = names.reduce((product, name) => product * grid[name].length, 1)
  if (size >= MOST_COMBINATIONS) {
    throw new RangeError(`gridSampler: expected fewer than ${MOST_COMBINATIONS} combinations, got ${size}`)
  }
  const random = randomSampler({ seed })
  const rng = createRng(seed)
  let round = { index: -1, order: [] as number[] }
  const orderOf = (index: number) => {
    const all = () => Array.from({ length: size }, (_, combination) => combination)
    if (round.index !== index) round = { index, order: rng.split('grid-sampler', index).shuffle(all()) }
    return round.order
  }
  return {
    name: 'grid',
    size,
    sample(context) {
      const order = orderOf(Math.floor(context.ordinal / size))
      const combination = valuesAt(grid, order[context.ordinal % size])
      const asked = Object.entries(context.space).filter(([name]) => name in combination)
      for (const [name, distribution] of asked) {
        if (contains(distribution, combination[name])) continue
        const [expected, got] = [JSON.stringify(distribution), JSON.stringify(combination[name])]
        throw new RangeError(`gridSampler: expected '${name}' within ${expected}, got ${got}`)
      }
      return { ...random.sample(context), ...Object.fromEntries(asked.map(([name]) => [name, combination[name]])) }
    },
  }
}

/** The combination of an index; the first parameter changes slowest. */
function valuesAt(grid: Grid, index: number): Params {
  let rest = index
  const values: [string, ParamValue][] = []
  for (const name of Object.keys(grid).reverse()) {
    values.push([name, grid[name][rest % grid[name].length]])
    rest = Math.floor(rest / grid[name].length)
  }
  return Object.fromEntries(values.reverse())
}
