/**
 * The hyper-parameters that a trial may vary, and the space they are searched in.
 *
 * The names are fixed because each one is wired to the trainer; their ranges are the user's. Learning rate and
 * augmentation probability follow the search examples published with the authors' earlier AutoML work; the other
 * dimensions are our choice.
 *
 * @module
 */
import { z } from 'zod'

const LOSSES = ['dice', 'dice-cross-entropy', 'cross-entropy', 'focal', 'tversky'] as const
const OPTIMIZERS = ['adam', 'adamW', 'sgd'] as const

/** One value for each hyper-parameter. */
export const HYPER_PARAMETERS = z.strictObject({
  learningRate: z.number().positive(),
  weightDecay: z.number().nonnegative(),
  optimizer: z.enum(OPTIMIZERS),
  loss: z.enum(LOSSES),
  schedule: z.enum(['poly', 'cosine', 'constant']),
  augmentationProbability: z.number().min(0).max(1),
  foregroundFraction: z.number().min(0).max(1),
  gradientClip: z.number().positive(),
})
export type HyperParameters = z.output<typeof HYPER_PARAMETERS>

const VALUES = HYPER_PARAMETERS.shape

/** What a hyper-parameter is when it is neither searched nor fixed by the configuration. */
export const DEFAULT_HYPER_PARAMETERS: HyperParameters = {
  learningRate: 3e-3,
  weightDecay: 0,
  optimizer: 'adam',
  loss: 'dice-cross-entropy',
  schedule: 'poly',
  augmentationProbability: 0.2,
  foregroundFraction: 0.5,
  gradientClip: 12,
}

/** A range whose ends are values of the hyper-parameter themselves. */
const float = (value: z.ZodNumber) =>
  z
    .strictObject({ type: z.literal('float'), low: value, high: value, log: z.boolean().default(false) })
    .refine(({ low, high }) => low <= high, { error: 'expected low <= high' })
    .refine(({ low, log }) => !log || low > 0, { error: 'expected low above 0 on a log scale' })
const choice = <T extends readonly [string, ...string[]]>(values: T) =>
  z.strictObject({ type: z.literal('categorical'), choices: z.array(z.enum(values)).min(1) })

export const spaceSchema = z
  .strictObject({
    learningRate: float(VALUES.learningRate),
    weightDecay: float(VALUES.weightDecay),
    optimizer: choice(OPTIMIZERS),
    loss: choice(LOSSES),
    schedule: choice(['poly', 'cosine', 'constant']),
    augmentationProbability: float(VALUES.augmentationProbability),
    foregroundFraction: float(VALUES.foregroundFraction),
    gradientClip: float(VALUES.gradientClip),
  })
  .partial()
  .refine((space) => Object.keys(space).length > 0, { error: 'expected at least one hyper-parameter to search' })
  .prefault({
    learningRate: { type: 'float', low: 1e-4, high: 1e-1, log: true },
    loss: { type: 'categorical', choices: ['dice', 'dice-cross-entropy', 'focal'] },
    augmentationProbability: { type: 'float', low: 0, high: 0.8 },
  })
export type Space = z.output<typeof spaceSchema>

/** One searched hyper-parameter. */
export type Dimension =
  | { readonly type: 'float'; readonly low: number; readonly high: number; readonly log: boolean }
  | { readonly type: 'categorical'; readonly choices: readonly string[] }

/** The full setting of a trial: defaults, overridden by the configuration's fixed values, overridden by the trial's. */
export function completeSetting(fixed: Partial<HyperParameters>, searched: Record<string, unknown>): HyperParameters {
  return HYPER_PARAMETERS.parse({ ...DEFAULT_HYPER_PARAMETERS, ...fixed, ...searched })
}
