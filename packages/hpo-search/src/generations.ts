/**
 * Generations of an evolution strategy, rebuilt from the trials.
 *
 * A trial carries the number of the generation it was drawn from as a system attribute, given when it was asked for. A
 * generation is complete once enough of its trials are; the first of them by number are its population, from which and
 * from the state before the next state follows. So the state is a function of the finished trials alone. Trials asked
 * for side by side belong to the same generation; one that ends after its generation was complete is counted if its
 * number is low enough (what followed is then computed anew) and else left out.
 *
 * @module
 */
import { type FrozenTrial } from './frozen-trial.ts'
import { createFollower } from './trial-follower.ts'

export interface GenerationRules<State> {
  /** The system attribute that holds a trial's generation. */
  readonly key: string
  /** Whether a completed trial can be learnt from. */
  fits(trial: FrozenTrial): boolean
  initial(): State
  /** How many trials complete the generation drawn from a state. */
  populationSize(state: State): number
  next(state: State, population: readonly FrozenTrial[]): State
}

export interface Generations<State> {
  follow(trials: readonly FrozenTrial[]): void
  /** The generation a new trial belongs to. */
  current(): number
  /** The state trials of a generation are drawn from; that of the current one for a generation not yet reached. */
  stateOf(generation: number): State
}

/** No generation but the first. */
export function createGenerations<State>(rules: GenerationRules<State>): Generations<State> {
  const populations: FrozenTrial[][] = []
  const states: State[] = [rules.initial()]
  /** States after a generation whose population changes are computed anew. */
  const forget = (generation: number, place: number) => {
    if (generation >= states.length - 1) return
    if (place < rules.populationSize(states[generation])) states.length = generation + 1
  }
  const follow = createFollower({
    push(trial) {
      const generation = generationOf(trial, rules)
      if (generation === null) return
      const population = (populations[generation] ??= [])
      forget(generation, population.length)
      population.push(trial)
    },
    pop(trial) {
      const generation = generationOf(trial, rules)
      if (generation === null) return
      populations[generation].pop()
      forget(generation, populations[generation].length)
    },
  })
  function current(): number {
    for (;;) {
      const generation = states.length - 1
      const state = states[generation]
      const size = rules.populationSize(state)
      const population = populations[generation] ?? []
      if (population.length < size) return generation
      states.push(rules.next(state, population.slice(0, size)))
    }
  }
  return {
    follow,
    current,
    stateOf: (generation) => states[Math.min(generation, current())],
  }
}

/** The generation a trial teaches; null for none. */
function generationOf<State>(trial: FrozenTrial, rules: GenerationRules<State>): number | null {
  const generation = trial.systemAttributes[rules.key]
  const isOne = typeof generation === 'number' && Number.isSafeInteger(generation) && generation >= 0
  return isOne && trial.state === 'complete' && rules.fits(trial) ? generation : null
}
