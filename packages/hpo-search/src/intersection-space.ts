/**
 * The parameters of define-by-run studies that a sampler can propose together.
 *
 * Either those that every completed and pruned trial had (Optuna's IntersectionSearchSpace), or all that any had, cut
 * into groups that always appeared together (Optuna's GroupDecomposedSearchSpace: trials with {a, b} and with {b, c} give
 * {a}, {b} and {c}). Each parameter has the distribution of the latest trial that had it; names are in order.
 *
 * @module
 */
import { type Distribution, type Space } from './distribution.ts'
import { type FrozenTrial } from './frozen-trial.ts'
import { createFollower } from './trial-follower.ts'

/** The spaces of a growing list of finished trials. */
export interface SeenSpaces {
  follow(trials: readonly FrozenTrial[]): void
  /** What every trial had; empty without trials. */
  intersection(): Space
  /** All parameters, in groups that appeared together. */
  groups(): Space[]
}

interface Tally {
  total: number
  /** By name: how many trials had it, and which, the latest last. */
  readonly counts: Map<string, number>
  readonly latest: Map<string, FrozenTrial[]>
  /** By the names that appeared together: how many trials had just these. */
  readonly shapes: Map<string, { readonly names: readonly string[]; count: number }>
}

/** Spaces of no trials yet. */
export function createSeenSpaces(): SeenSpaces {
  const tally: Tally = { total: 0, counts: new Map(), latest: new Map(), shapes: new Map() }
  const { counts, latest, shapes } = tally
  const follow = createFollower({ push: (trial) => count(tally, trial), pop: (trial) => discount(tally, trial) })
  const distributionOf = (name: string): Distribution => (latest.get(name)?.at(-1) as FrozenTrial).distributions[name]
  const spaceOf = (names: readonly string[]): Space =>
    Object.fromEntries([...names].sort().map((name) => [name, distributionOf(name)]))
  return {
    follow,
    intersection() {
      const always = [...counts].filter(([, having]) => having === tally.total && having > 0)
      return spaceOf(always.map(([name]) => name))
    },
    groups() {
      let groups: string[][] = []
      for (const { names, count: having } of shapes.values()) if (having > 0) groups = splitGroups(groups, names)
      return groups.map(spaceOf).sort((one, other) => (Object.keys(one)[0] < Object.keys(other)[0] ? -1 : 1))
    },
  }
}

const isUseful = ({ state }: FrozenTrial) => state === 'complete' || state === 'pruned'

function count(tally: Tally, trial: FrozenTrial): void {
  if (!isUseful(trial)) return
  tally.total++
  const names = Object.keys(trial.distributions).sort()
  for (const name of names) {
    tally.counts.set(name, (tally.counts.get(name) ?? 0) + 1)
    const having = tally.latest.get(name)
    if (having === undefined) tally.latest.set(name, [trial])
    else having.push(trial)
  }
  const shape = tally.shapes.get(names.join('\0'))
  if (shape === undefined) tally.shapes.set(names.join('\0'), { names, count: 1 })
  else shape.count++
}

/** Gives up the trial counted last. */
function discount(tally: Tally, trial: FrozenTrial): void {
  if (!isUseful(trial)) return
  tally.total--
  const names = Object.keys(trial.distributions).sort()
  for (const name of names) {
    tally.counts.set(name, (tally.counts.get(name) as number) - 1)
    tally.latest.get(name)?.pop()
  }
  const shape = tally.shapes.get(names.join('\0'))
  if (shape !== undefined) shape.count--
}

/** Cuts every group into what a trial had and what it had not; what no group held becomes one more. */
function splitGroups(groups: readonly string[][], names: readonly string[]): string[][] {
  const rest = new Set(names)
  const cut = groups.flatMap((group) => {
    const [inside, outside] = [group.filter((name) => rest.has(name)), group.filter((name) => !rest.has(name))]
    inside.forEach((name) => rest.delete(name))
    return [inside, outside]
  })
  return [...cut, [...rest]].filter((group) => group.length > 0)
}
