/**
 * A data set of phantoms: consecutive cases of one site.
 *
 * @module
 */
import { abdomenPhantom, type AbdomenPhantom, type PhantomOptions } from './abdomen-phantom.ts'

/** As for one phantom, with a number of cases and the number of the first one (default 0). */
export interface DatasetOptions extends Omit<PhantomOptions, 'case'> {
  readonly count: number
  readonly first?: number
}

/**
 * Phantoms of cases `first` to `first + count - 1`; case n is the same in every data set that holds it. A count of 0
 * gives an empty array.
 *
 * @throws RangeError for a count that is no whole number >= 0, and as `abdomenPhantom`
 */
export function abdomenDataset({ count, first = 0, ...options }: DatasetOptions): AbdomenPhantom[] {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`abdomenDataset: expected count to be a whole number >= 0, got ${count}`)
  }
  return Array.from({ length: count }, (_, i) => abdomenPhantom({ ...options, case: first + i }))
}
