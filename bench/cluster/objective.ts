/**
 * A trial that only waits.
 *
 * @module
 */
import type { ObjectiveContext } from '@leanvox/hpo-search'

export async function objective({ params, payload }: ObjectiveContext): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, (payload as { trialMs: number }).trialMs))
  return params['x'] as number
}
