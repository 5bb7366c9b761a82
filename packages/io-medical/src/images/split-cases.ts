/**
 * Cases into training, validation and test parts: whole groups, strata in proportion, seeded.
 *
 * A group (all images of one lesion or patient) is never divided. Groups are dealt out rarest stratum first and, within
 * it, larger groups first in random order: each to the part that lacks most of that stratum and still has room. Before
 * that, each stratum sends one group to every part while it has groups and the part has room, in the order training,
 * test, validation. With groups of one case the sizes of the parts are exact; larger groups make them approximate. A
 * stratum of a mixed group is its most frequent one. After Sechidis et al. 2011 (iterative stratification); the order of the
 * parts and the rule for few members are our choice.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import { counted } from '../dataset.ts'
import { partSizes, type PartSizes } from './part-sizes.ts'

/** How cases are split. */
export interface SplitOptions<C> {
  /** Shares of the cases, at most 1 together; or `counts`. What is left over goes nowhere. */
  readonly fractions?: PartSizes
  /** Numbers of cases, at most all together; or `fractions`. */
  readonly counts?: PartSizes
  /** Cases of one group stay together. Null: a group of its own. Default each case alone. */
  readonly group?: (item: C) => string | null
  /** Class to keep in proportion. Default one class. */
  readonly stratify?: (item: C) => string
  readonly rng: Rng
}

/** Indices of cases, ascending, in no two parts. */
export interface Split {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly test: readonly number[]
  /** Strata that are not in every part, and sizes that groups made impossible. */
  readonly warnings: readonly string[]
}

interface Group {
  readonly cases: number[]
  readonly stratum: string
}

interface Part {
  readonly name: PartName
  readonly target: number
  readonly cases: number[]
  readonly perStratum: Map<string, number>
}

type PartName = 'train' | 'test' | 'validation' | 'rest'

/**
 * Disjoint parts of `cases` that divide no group.
 *
 * @throws RangeError unless exactly one of `fractions` and `counts` is given and it fits the cases
 *
 * @example
 * splitCases(cases, { fractions: { train: 0.7, validation: 0.1, test: 0.2 }, group: (c) => c.metadata.lesion, rng: createRng(1) })
 */
export function splitCases<C>(cases: readonly C[], options: SplitOptions<C>): Split {
  const sizes = partSizes(cases.length, options)
  const parts = (['train', 'test', 'validation', 'rest'] as const).map((name): Part => {
    return { name, target: sizes[name], cases: [], perStratum: new Map() }
  })
  const strata = rarestFirst(groupsOf(cases, options))
  const shares = { parts, total: cases.length }
  for (const groups of strata) dealStratum(options.rng.shuffle(groups), shares)
  const indices = (name: PartName) => parts.find((part) => part.name === name)?.cases.toSorted((a, b) => a - b) ?? []
  return {
    train: indices('train'),
    validation: indices('validation'),
    test: indices('test'),
    warnings: [...strataWarnings(strata, parts), ...sizeWarnings(parts)],
  }
}

function groupsOf<C>(cases: readonly C[], { group, stratify }: SplitOptions<C>): Group[] {
  const members = new Map<string, number[]>()
  for (const [index, item] of cases.entries()) {
    const name = group?.(item) ?? null
    // Prefixes keep a group called "3" apart from case 3 on its own.
    const key = name === null ? `case ${index}` : `group ${name}`
    const found = members.get(key)
    if (found) found.push(index)
    else members.set(key, [index])
  }
  return [...members.values()].map((indices) => {
    return { cases: indices, stratum: mostFrequent(indices.map((index) => stratify?.(cases[index]) ?? '')) }
  })
}

/** The most frequent name, the first in the alphabet among equals. */
function mostFrequent(names: readonly string[]): string {
  const tally = new Map<string, number>()
  for (const name of names) tally.set(name, (tally.get(name) ?? 0) + 1)
  const [[first]] = [...tally].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return first
}

function rarestFirst(groups: readonly Group[]): Group[][] {
  const strata = Map.groupBy(groups, ({ stratum }) => stratum)
  return [...strata.values()].toSorted((a, b) => a.length - b.length || (a[0].stratum < b[0].stratum ? -1 : 1))
}

function dealStratum(shuffled: readonly Group[], { parts, total }: { parts: readonly Part[]; total: number }): void {
  const [{ stratum }] = shuffled
  const size = shuffled.reduce((sum, { cases }) => sum + cases.length, 0)
  // Sorting is stable: equals stay in random order.
  const waiting = shuffled.toSorted((a, b) => b.cases.length - a.cases.length)
  for (const part of parts) {
    if (part.name === 'rest' || part.target === 0) continue
    // The smallest group represents, so that a large one does not fill a small part.
    const smallest = waiting.at(-1)
    if (smallest && roomIn(part) >= smallest.cases.length) give(part, waiting.pop() ?? smallest)
  }
  for (const group of waiting) {
    const lacking = (part: Part) => (part.target * size) / total - (part.perStratum.get(stratum) ?? 0)
    give(best(parts, { needed: group.cases.length, lacking }), group)
  }
}

/** The part that lacks most among those with room; without any, the one with most room. */
function best(parts: readonly Part[], { needed, lacking }: { needed: number; lacking: (part: Part) => number }): Part {
  const fitting = parts.filter((part) => roomIn(part) >= needed)
  const [candidates, rate] =
    fitting.length > 0 ? [fitting, lacking] : [parts.filter(({ target }) => target > 0), roomIn]
  return candidates.reduce((a, b) => (rate(b) > rate(a) ? b : a))
}

function roomIn({ target, cases }: Part): number {
  return target - cases.length
}

function give(part: Part, { cases, stratum }: Group): void {
  part.cases.push(...cases)
  part.perStratum.set(stratum, (part.perStratum.get(stratum) ?? 0) + cases.length)
}

function strataWarnings(strata: readonly Group[][], parts: readonly Part[]): string[] {
  const wanted = parts.filter(({ name, target }) => name !== 'rest' && target > 0)
  return strata.flatMap(([{ stratum }, ...others]) => {
    const present = wanted.filter((part) => part.perStratum.has(stratum))
    if (present.length === wanted.length) return []
    const groups = counted(others.length + 1, 'group')
    return [`"${stratum}" has ${groups} and is in ${present.map(({ name }) => name).join(' and ') || 'no part'} only`]
  })
}

function sizeWarnings(parts: readonly Part[]): string[] {
  const off = parts.filter((part) => part.name !== 'rest' && roomIn(part) !== 0)
  return off.map(
    ({ name, target, cases }) => `${name} holds ${cases.length} cases in place of ${target}: groups stay whole`,
  )
}
