/**
 * Findings that only the whole set shows: duplicates, leaks between splits, masks unlike the others, mixed storage.
 *
 * "More components than usual" is above the upper quartile by three times the quartile range (at least 1), in labels with
 * 8 masks or more; an unusual size is 6 robust standard deviations from the median on a log scale, with 20 or more. Both
 * rules are ours: they should name few enough cases to look at.
 *
 * @module
 */
import type { CaseFacts } from './case-facts.ts'
import { about, share, type Finding } from './finding.ts'
import { namesOfLabels } from './label-names.ts'

const FEWEST_FOR_COMPONENTS = 8
const FEWEST_FOR_SIZE = 20
const ROBUST_DEVIATIONS = 6

/** Everything that comparing cases shows. */
export function setFindings(cases: readonly CaseFacts[]): Finding[] {
  return [
    ...duplicateFindings(cases),
    ...leakFindings(cases),
    ...unusualFindings(cases),
    ...neverFindings(cases),
    ...nameFindings(cases),
  ]
}

interface Content {
  readonly id: string
  readonly split: string | null
  readonly hash: string
}

function duplicateFindings(cases: readonly CaseFacts[]): Finding[] {
  const images = cases.flatMap(({ id, split, images: own }) => own.map(({ hash }): Content => ({ id, split, hash })))
  // Empty masks are all alike.
  const filled = cases.flatMap(({ id, split, masks }) =>
    masks.filter(({ labelFacts }) => labelFacts.length > 0).map(({ hash }): Content => ({ id, split, hash })),
  )
  const imageTwins = twins(images)
  const across = imageTwins.filter((same) => new Set(same.map(({ split }) => split)).size > 1)
  const within = imageTwins.filter((same) => !across.includes(same))
  const maskTwins = twins(filled)
  const words = (groups: readonly (readonly Content[])[], noun: string) => {
    const files = groups.reduce((sum, same) => sum + same.length, 0)
    return `${files} ${noun} of equal content in ${groups.length} group${groups.length === 1 ? '' : 's'}`
  }
  return [
    ...about(across.flat(), {
      severity: 'problem',
      code: 'split-leak',
      message: `${words(across, 'images')}, in different parts of the split`,
    }),
    ...about(within.flat(), { severity: 'problem', code: 'duplicate-image', message: words(within, 'images') }),
    ...about(maskTwins.flat(), {
      severity: 'odd',
      code: 'duplicate-mask',
      message: `${words(maskTwins, 'masks')}, of different cases`,
    }),
  ]
}

/** Contents that more than one case has. */
function twins<T extends Content>(contents: readonly T[]): T[][] {
  const same = Map.groupBy(contents, ({ hash }) => hash)
  return [...same.values()].filter((group) => new Set(group.map(({ id }) => id)).size > 1)
}

function leakFindings(cases: readonly CaseFacts[]): Finding[] {
  const placed = cases.filter(({ group, split }) => group !== null && split !== null)
  const groups = [...Map.groupBy(placed, ({ group }) => group).values()]
  const torn = groups.filter((own) => new Set(own.map(({ split }) => split)).size > 1)
  const images = torn.reduce((sum, own) => sum + own.length, 0)
  const message = `${share(torn.length, groups.length, 'group')} (patient or lesion) in several parts of the split, ${images} cases`
  return about(torn.flat(), { severity: 'problem', code: 'split-leak', message })
}

interface Measured {
  readonly id: string
  readonly name: string
  readonly label: number
  readonly voxels: number
  readonly components: number
}

function unusualFindings(cases: readonly CaseFacts[]): Finding[] {
  const measured = cases.flatMap(({ id, masks }) =>
    masks.flatMap(({ name, labelFacts }) => labelFacts.map((facts): Measured => ({ id, name, ...facts }))),
  )
  const labels = Map.groupBy(measured, ({ name, label }) => `${name}, label ${label}`)
  return [...labels].flatMap(([where, own]) => [...componentFindings(where, own), ...sizeFindings(where, own)])
}

function componentFindings(where: string, own: readonly Measured[]): Finding[] {
  if (own.length < FEWEST_FOR_COMPONENTS) return []
  const counts = own.map(({ components }) => components).sort((a, b) => a - b)
  const [lower, upper] = [quantile(counts, 0.25), quantile(counts, 0.75)]
  const most = upper + 3 * Math.max(1, upper - lower)
  const many = own.filter(({ components }) => components > most)
  const message = `${share(many.length, own.length, 'mask')} with more components than usual (${where}: over ${most}, at most ${counts.at(-1)}, median ${quantile(counts, 0.5)})`
  return about(many, { severity: 'odd', code: 'components', message })
}

function sizeFindings(where: string, own: readonly Measured[]): Finding[] {
  if (own.length < FEWEST_FOR_SIZE) return []
  const logs = own.map(({ voxels }) => Math.log(voxels)).sort((a, b) => a - b)
  const middle = quantile(logs, 0.5)
  const spread =
    quantile(
      logs.map((log) => Math.abs(log - middle)).sort((a, b) => a - b),
      0.5,
    ) * 1.4826
  const far = own.filter(({ voxels }) => Math.abs(Math.log(voxels) - middle) > ROBUST_DEVIATIONS * spread)
  const sizes = far.map(({ voxels }) => voxels)
  const range = `${Math.min(...sizes)} to ${Math.max(...sizes)} voxels, median of all ${Math.round(Math.exp(middle))}`
  const message = `${share(far.length, own.length, 'mask')} of an unusual size (${where}: ${range})`
  return spread > 0 ? about(far, { severity: 'odd', code: 'size', message }) : []
}

/** Linear interpolation between sorted values. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const at = (sorted.length - 1) * fraction
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return low + (high - low) * (at - Math.floor(at))
}

function neverFindings(cases: readonly CaseFacts[]): Finding[] {
  const masks = cases.flatMap(({ masks: own }) => own)
  const names = Map.groupBy(masks, ({ name }) => name)
  return [...names].flatMap(([name, own]): Finding[] => {
    const declared = Object.entries(own[0].labels ?? {}).filter(([, value]) => value !== 0)
    const seen = new Set(own.flatMap(({ labelFacts }) => labelFacts.map(({ label }) => label)))
    const never = declared.filter(([, value]) => !seen.has(value)).map(([label, value]) => `${label} (${value})`)
    if (never.length === 0) return []
    const message = `${never.length} declared label${never.length === 1 ? '' : 's'} in no mask (${name}): ${never.slice(0, 8).join(', ')}`
    return [{ severity: 'odd', code: 'label-never', message, cases: [] }]
  })
}

/** At most so many labels are told by name. */
const MOST_TOLD = 6

/** One value that stands for different things. Only values that occur count. */
function nameFindings(cases: readonly CaseFacts[]): Finding[] {
  const masks = cases.flatMap(({ id, masks: own }) => own.map((mask) => ({ ...mask, id })))
  return [...Map.groupBy(masks, ({ name }) => name)].flatMap(([where, own]) => {
    const used = new Set(own.flatMap(({ labelFacts }) => labelFacts.map(({ label }) => label)))
    const torn = [...namesOfLabels(own)].filter(([label, names]) => names.size > 1 && used.has(label))
    const told = torn.slice(0, MOST_TOLD).map(([label, names]) => `${label} (${[...names].join(' or ')})`)
    const rest = torn.length > MOST_TOLD ? ` and ${torn.length - MOST_TOLD} more` : ''
    const labels = `${torn.length} label${torn.length === 1 ? '' : 's'}`
    const message = `${labels} called differently by different masks (${where}): ${told.join(', ')}${rest}`
    const naming = torn.length > 0 ? own.filter(({ fileNames }) => fileNames !== null) : []
    return about(naming, { severity: 'problem', code: 'label-name', message })
  })
}
