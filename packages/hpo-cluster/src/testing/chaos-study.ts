/**
 * The study of the chaos test: a hundred or a thousand short trials whose outcome depends on nothing but their settings.
 *
 * @module
 */
import {
  randomSampler,
  type CreateStudyOptions,
  type ObjectiveContext,
  type ObjectiveResult,
  type Pruner,
} from '@leanvox/hpo-search'

export const chaosSpace = {
  x: { type: 'float', low: -5, high: 5 },
  rate: { type: 'float', low: 1e-4, high: 1, log: true },
  kind: { type: 'categorical', choices: ['a', 'b', 'c'] },
} as const

/** Stops a trial by its own reports only, so that the order of trials does not matter. */
const ownPruner: Pruner = {
  name: 'own reports',
  shouldPrune: ({ trial }) => (trial.intermediateValues.get(0) ?? 0) > 22,
}

export const chaosStudy = {
  name: 'chaos',
  space: chaosSpace,
  sampler: randomSampler({ seed: 11 }),
  pruner: ownPruner,
} satisfies CreateStudyOptions<typeof chaosSpace>

/** Waits as long as the payload says, in two parts with a report before each; the value is a function of the settings. */
export async function chaosObjective({ params, payload, report }: ObjectiveContext): Promise<ObjectiveResult> {
  const { trialMs } = payload as { trialMs: number }
  const [x, rate] = [params['x'] as number, params['rate'] as number]
  for (let step = 0; step < 2; step++) {
    if ((await report((x - 1) ** 2 + step, step)) === 'prune') return { state: 'pruned' }
    // Longer and shorter ones, so that trials finish out of order.
    await new Promise((resolve) => setTimeout(resolve, (trialMs / 2) * (0.5 + Math.abs(x) / 5)))
  }
  return { value: (x - 1) ** 2 + Math.log10(rate) ** 2, userAttributes: { square: x * x } }
}
