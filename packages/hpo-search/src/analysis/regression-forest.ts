/**
 * A random forest for regression (Breiman, 2001): CART trees on bootstrap samples, every feature open at every split.
 *
 * Splits minimise the squared error; a numeric threshold lies halfway between neighbouring values, a categorical split
 * sets one choice apart from the rest. Trees grow until their leaves are pure. Randomness is the bootstrap and the order
 * in which features with equal gain are looked at, both from a seed.
 *
 * @module
 */
import { type Rng } from '@leanvox/random'

/** One column of the table: values by sample; of a categorical one the indices of choices. */
export interface Feature {
  readonly values: Float64Array
  /** Number of choices, or null for a number. */
  readonly choices: number | null
}

/** A split or, without children, a leaf. */
export type TreeNode =
  | { readonly value: number }
  | {
      readonly feature: number
      /** Numbers up to it, or the choice itself, go left. */
      readonly threshold: number
      readonly left: TreeNode
      readonly right: TreeNode
    }

export interface ForestOptions {
  readonly trees: number
  readonly maxDepth: number
  readonly rng: Rng
}

/** The forest over `features` (all equally long) and targets. */
export function growForest(
  { features, targets }: { features: readonly Feature[]; targets: Float64Array },
  { trees, maxDepth, rng }: ForestOptions,
): TreeNode[] {
  return Array.from({ length: trees }, (_, tree) => {
    const stream = rng.split('tree', tree)
    const samples = Uint32Array.from(targets, () => stream.integer(targets.length))
    return grow(samples, { features, targets, depth: maxDepth, rng: stream })
  })
}

interface Growth {
  readonly features: readonly Feature[]
  readonly targets: Float64Array
  /** Levels left. */
  readonly depth: number
  readonly rng: Rng
}

interface Split {
  readonly feature: number
  readonly threshold: number
  readonly gain: number
}

function grow(samples: Uint32Array, growth: Growth): TreeNode {
  const { targets, features, depth } = growth
  let sum = 0
  for (const sample of samples) sum += targets[sample]
  const leaf = { value: sum / samples.length }
  if (depth === 0 || samples.length < 2 || isPure(samples, targets)) return leaf
  const split = bestSplit(samples, { ...growth, sum })
  if (split === null) return leaf
  const { feature, threshold } = split
  const goesLeft = sideOf(features[feature], threshold)
  const below = { ...growth, depth: depth - 1 }
  return {
    feature,
    threshold,
    left: grow(samples.filter(goesLeft), below),
    right: grow(
      samples.filter((sample) => !goesLeft(sample)),
      below,
    ),
  }
}

/** Whether a sample goes left. */
function sideOf({ values, choices }: Feature, threshold: number): (sample: number) => boolean {
  return choices === null ? (sample) => values[sample] <= threshold : (sample) => values[sample] === threshold
}

function isPure(samples: Uint32Array, targets: Float64Array): boolean {
  return samples.every((sample) => targets[sample] === targets[samples[0]])
}

/** The split of the largest fall in squared error, null when no feature tells the samples apart. */
function bestSplit(samples: Uint32Array, { features, targets, rng, sum }: Growth & { sum: number }): Split | null {
  let best: Split | null = null
  const order = rng.shuffle(features.map((_, feature) => feature))
  for (const feature of order) {
    const { choices } = features[feature]
    const find = choices === null ? numericSplit : choiceSplit
    const split = find(samples, { feature: features[feature], targets, sum })
    if (split !== null && (best === null || split.gain > best.gain)) best = { feature, ...split }
  }
  return best
}

interface Column {
  readonly feature: Feature
  readonly targets: Float64Array
  readonly sum: number
}

/** sum² / n of both sides: larger is a smaller squared error. */
function gainOf({ left, count, sum, total }: { left: number; count: number; sum: number; total: number }): number {
  return (left * left) / count + (sum - left) ** 2 / (total - count)
}

function numericSplit(samples: Uint32Array, { feature, targets, sum }: Column): Omit<Split, 'feature'> | null {
  const { values } = feature
  const sorted = samples.toSorted((one, other) => values[one] - values[other])
  let best: Omit<Split, 'feature'> | null = null
  let left = 0
  for (let count = 1; count < sorted.length; count++) {
    left += targets[sorted[count - 1]]
    const [low, high] = [values[sorted[count - 1]], values[sorted[count]]]
    if (low === high) continue
    const gain = gainOf({ left, count, sum, total: sorted.length })
    if (best !== null && gain <= best.gain) continue
    const middle = low + (high - low) / 2
    // Between two neighbouring doubles there is no middle.
    best = { gain, threshold: middle < high ? middle : low }
  }
  return best
}

function choiceSplit(samples: Uint32Array, { feature, targets, sum }: Column): Omit<Split, 'feature'> | null {
  const { values, choices } = feature
  const sums = new Float64Array(choices as number)
  const counts = new Uint32Array(choices as number)
  for (const sample of samples) {
    sums[values[sample]] += targets[sample]
    counts[values[sample]]++
  }
  let best: Omit<Split, 'feature'> | null = null
  counts.forEach((count, threshold) => {
    if (count === 0 || count === samples.length) return
    const gain = gainOf({ left: sums[threshold], count, sum, total: samples.length })
    if (best === null || gain > best.gain) best = { gain, threshold }
  })
  return best
}
