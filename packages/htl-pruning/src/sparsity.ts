/**
 * Sparsity: the share of weights that a mask takes out.
 *
 * A mask over n weights keeps max(1, round(n (1 - s))) of them, halves rounded up: exactly that many, never none, as a
 * layer without weights cuts the network in two. (PIE's `pruning_identified_exemplars` keeps round(n (1 - s)).)
 *
 * @module
 */

/** How many of `count` weights a mask of this sparsity keeps. */
export function keptCount(count: number, sparsity: number): number {
  checkSparsity('keptCount', sparsity)
  return Math.max(1, Math.round(count * (1 - sparsity)))
}

/** Throws RangeError, in the name of the function called, unless the sparsity lies between 0 and 1, both left out. */
export function checkSparsity(caller: string, sparsity: number): void {
  if (sparsity > 0 && sparsity < 1) return
  const why = sparsity === 0 ? ' (nothing would be pruned)' : sparsity === 1 ? ' (no weight would be left)' : ''
  throw new RangeError(`${caller}: expected a sparsity between 0 and 1, both excluded, got ${sparsity}${why}`)
}

/** As {@link checkSparsity} for each of a list of at least one. */
export function checkSparsities(caller: string, sparsities: readonly number[]): void {
  if (sparsities.length === 0) throw new RangeError(`${caller}: expected at least one sparsity, got none`)
  for (const sparsity of sparsities) checkSparsity(caller, sparsity)
}
