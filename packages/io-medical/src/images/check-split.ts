/**
 * A split made elsewhere, checked: no case twice, no group on two sides.
 *
 * @module
 */
import type { Split } from './split-cases.ts'

const PARTS = ['train', 'validation', 'test'] as const

/**
 * Passes for a split that divides no group.
 *
 * @throws RangeError naming the first group (or case) that lies in two parts, and how many there are
 */
export function checkSplit<C>(
  split: Pick<Split, (typeof PARTS)[number]>,
  cases: readonly C[],
  { group }: { readonly group: (item: C) => string | null },
): void {
  const partsOf = new Map<string, Set<string>>()
  for (const part of PARTS) {
    for (const index of split[part]) {
      if (cases[index] === undefined) {
        throw new RangeError(`checkSplit: expected indices below ${cases.length}, got ${index} in ${part}`)
      }
      const name = group(cases[index])
      const keys = name === null ? [`case ${index}`] : [`case ${index}`, `group "${name}"`]
      for (const key of keys) partsOf.set(key, (partsOf.get(key) ?? new Set<string>()).add(part))
    }
  }
  const leaking = [...partsOf].filter(([, parts]) => parts.size > 1)
  if (leaking.length === 0) return
  const [key, parts] = leaking.find(([name]) => name.startsWith('group')) ?? leaking[0]
  const more = leaking.length > 1 ? ` (and ${leaking.length - 1} more)` : ''
  throw new RangeError(`checkSplit: expected every group in one part, got ${key} in ${[...parts].join(' and ')}${more}`)
}
