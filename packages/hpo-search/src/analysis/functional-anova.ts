/**
 * Functional analysis of variance of a regression tree (Hutter, Hoos and Leyton-Brown, 2014).
 *
 * A tree is constant on boxes. The marginal of one feature is the tree's mean over all other features; its share of the
 * tree's variance is the feature's importance. Both are sums over leaves, weighted by the size of their boxes: numbers
 * are uniform on their range, choices equally likely. (Optuna spreads choices over a cube of one-hot columns instead, so
 * features with three choices and more differ a little.)
 *
 * @module
 */
import { type TreeNode } from './regression-forest.ts'

/** The set a feature is uniform on: a range, or the choices 0 to `choices` - 1. */
export type Domain = { readonly low: number; readonly high: number } | { readonly choices: number }

/** A leaf with its box. */
interface Leaf {
  readonly value: number
  /** Share of the whole space. */
  readonly size: number
  /** By feature: where the box begins and ends, or which choices it holds. */
  readonly box: readonly Side[]
}

type Side = { readonly low: number; readonly high: number } | { readonly allowed: readonly number[] }

/** Variance of a tree, and of the marginal of each feature. */
export interface TreeVariance {
  readonly total: number
  readonly marginals: readonly number[]
}

/** The analysis of one tree over the domains of its features. */
export function treeVariance(tree: TreeNode, domains: readonly Domain[]): TreeVariance {
  const leaves: Leaf[] = []
  collectLeaves(tree, { box: domains.map(wholeSide), domains, leaves })
  const mean = leaves.reduce((sum, { value, size }) => sum + size * value, 0)
  const total = leaves.reduce((sum, { value, size }) => sum + size * (value - mean) ** 2, 0)
  return { total, marginals: domains.map((domain, feature) => marginalVariance(leaves, { feature, domain, mean })) }
}

function wholeSide(domain: Domain): Side {
  return 'choices' in domain ? { allowed: Array.from({ length: domain.choices }, (_, choice) => choice) } : domain
}

interface Walk {
  readonly box: readonly Side[]
  readonly domains: readonly Domain[]
  readonly leaves: Leaf[]
}

function collectLeaves(node: TreeNode, { box, domains, leaves }: Walk): void {
  if ('value' in node) {
    const size = box.reduce((product, side, feature) => product * shareOf(side, domains[feature]), 1)
    if (size > 0) leaves.push({ value: node.value, size, box })
    return
  }
  const { feature, threshold, left, right } = node
  const [one, other] = halves(box[feature], threshold)
  collectLeaves(left, { box: box.with(feature, one), domains, leaves })
  collectLeaves(right, { box: box.with(feature, other), domains, leaves })
}

function halves(side: Side, threshold: number): [left: Side, right: Side] {
  if ('allowed' in side) {
    const isLeft = (choice: number) => choice === threshold
    return [{ allowed: side.allowed.filter(isLeft) }, { allowed: side.allowed.filter((choice) => !isLeft(choice)) }]
  }
  const cut = Math.min(side.high, Math.max(side.low, threshold))
  return [
    { low: side.low, high: cut },
    { low: cut, high: side.high },
  ]
}

/** Part of the domain that a side takes. */
function shareOf(side: Side, domain: Domain): number {
  if ('allowed' in side) return side.allowed.length / (domain as { choices: number }).choices
  const { low, high } = domain as { low: number; high: number }
  return (side.high - side.low) / (high - low)
}

function marginalVariance(
  leaves: readonly Leaf[],
  { feature, domain, mean }: { feature: number; domain: Domain; mean: number },
): number {
  const cells = 'choices' in domain ? choiceCells(leaves, { feature, domain }) : rangeCells(leaves, { feature, domain })
  return cells.reduce((sum, { size, value }) => sum + size * (value - mean) ** 2, 0)
}

interface Cell {
  /** Share of the domain. */
  readonly size: number
  /** Mean of the tree over all other features. */
  readonly value: number
}

function choiceCells(
  leaves: readonly Leaf[],
  { feature, domain }: { feature: number; domain: { readonly choices: number } },
): Cell[] {
  const values = new Float64Array(domain.choices)
  for (const { value, size, box } of leaves) {
    const { allowed } = box[feature] as { allowed: readonly number[] }
    // The leaf's size without this feature's share.
    const rest = (size * domain.choices) / allowed.length
    for (const choice of allowed) values[choice] += rest * value
  }
  return Array.from(values, (value) => ({ size: 1 / domain.choices, value }))
}

function rangeCells(
  leaves: readonly Leaf[],
  { feature, domain }: { feature: number; domain: { readonly low: number; readonly high: number } },
): Cell[] {
  const range = domain.high - domain.low
  const sides = leaves.map(({ box }) => box[feature] as { low: number; high: number })
  const edges = [...new Set(sides.flatMap(({ low, high }) => [low, high]))].sort((one, other) => one - other)
  const places = new Map(edges.map((edge, place) => [edge, place]))
  // What begins at an edge is added there and taken away where it ends.
  const steps = new Float64Array(edges.length)
  leaves.forEach(({ value, size }, leaf) => {
    const { low, high } = sides[leaf]
    const density = (value * size * range) / (high - low)
    steps[places.get(low) as number] += density
    steps[places.get(high) as number] -= density
  })
  let value = 0
  return edges.slice(0, -1).map((edge, place) => {
    value += steps[place]
    return { size: (edges[place + 1] - edge) / range, value }
  })
}
