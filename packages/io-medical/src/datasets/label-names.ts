/**
 * What labels are called: by the data set, and by masks that carry names themselves.
 *
 * @module
 */
import type { MaskFile } from './data-folder.ts'
import type { MaskFacts } from './mask-facts.ts'

/** Every name of every value, the data set's first, ascending by value; a value with two names stands for two things. */
export function namesOfLabels(
  masks: readonly (Pick<MaskFacts, 'fileNames'> & Pick<MaskFile, 'labels' | 'rule'>)[],
): ReadonlyMap<number, ReadonlySet<string>> {
  const names = new Map<number, Set<string>>()
  const add = (value: number, name: string) => {
    const known = names.get(value) ?? new Set()
    if (![...known].some((other) => plain(other) === plain(name))) known.add(name)
    names.set(value, known)
  }
  for (const { labels } of masks) for (const [name, value] of Object.entries(labels ?? {})) add(value, name)
  for (const { fileNames } of masks) for (const [value, name] of fileNames ?? []) add(value, name)
  return new Map([...names].toSorted(([a], [b]) => a - b))
}

/** Names are the same whatever their case, spaces and underscores. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, ' ')
}
