/**
 * The part of the configuration that says how each of the three settings trains and attends.
 *
 * The paper's own values are not known; every default here is this project's choice.
 *
 * @module
 */
import { z } from 'zod'

const positive = z.number().int().positive()
const channels = z.array(positive).min(1)

const sparsity = z
  .number()
  .gt(0, { error: 'expected a sparsity above 0 (nothing would be pruned)' })
  .lt(1, { error: 'expected a sparsity below 1 (no weight would be left)' })

/** How hard-to-learn images are found during training and attended to; the control arms attend in the same way. */
export const htlSchema = z.strictObject({
  /** How much a dense and a pruned answer differ; each setting takes those that its labels allow. */
  measure: z
    .enum(['mask-disagreement', 'jensen-shannon', 'arg-max', 'cam', 'loss-rise', 'iou-drop'])
    .default('mask-disagreement'),
  /** Shares of the weights taken out; scores are the mean over them. */
  sparsities: z.array(sparsity).min(1).default([0.5, 0.7, 0.9]),
  /** Magnitudes compared over the whole network or layer by layer. */
  scope: z.enum(['global', 'layer']).default('global'),
  /** Share of the images that is attended to. */
  fraction: z.number().gt(0).lt(1).default(0.2),
  rule: z.enum(['loss-weight', 'oversample', 'extra-batch']).default('oversample'),
  /** Oversample: how many times as often; loss-weight: lambda; extra-batch: share of the batch added. */
  strength: z.number().positive().default(3),
  /** Epochs before the first scoring. */
  warmup: positive.default(3),
  /** Epochs between scorings. */
  every: positive.default(3),
})

export type HtlSettings = z.output<typeof htlSchema>

/** Some of the keys of `htl`, none filled in. */
export const htlOverrides = z
  .strictObject({
    measure: htlSchema.shape.measure.removeDefault(),
    sparsities: htlSchema.shape.sparsities.removeDefault(),
    scope: htlSchema.shape.scope.removeDefault(),
    fraction: htlSchema.shape.fraction.removeDefault(),
    rule: htlSchema.shape.rule.removeDefault(),
    strength: htlSchema.shape.strength.removeDefault(),
    warmup: htlSchema.shape.warmup.removeDefault(),
    every: htlSchema.shape.every.removeDefault(),
  })
  .partial()
  .transform((changes) => changes as { [K in keyof typeof changes]?: Exclude<(typeof changes)[K], undefined> })

/** What every training is told, whatever it learns from. */
const schedule = {
  /** Values in [0, 1] as they are; from -2 to 2; or each channel of each image to zero mean and unit variance. */
  intensity: z.enum(['none', 'centred', 'z-score']).default('centred'),
  epochs: positive.default(20),
  batchSize: positive.default(16),
  learningRate: z.number().positive().default(2e-3),
  augmentation: z.enum(['none', 'light', 'default']).default('light'),
  /** Which weights are scored: those of the last epoch, or of the best validation. */
  weights: z.enum(['last', 'best']).default('last'),
  /** Epochs between validations; the last epoch always has one. */
  validateEvery: positive.default(10),
}

const unet = z.strictObject({
  levels: positive.default(4),
  channels: channels.default([16, 32, 64, 128]),
  residualUnits: z.number().int().nonnegative().default(0),
  convsPerLevel: positive.default(2),
  norm: z.enum(['instance', 'group', 'none']).default('instance'),
  downsample: z.enum(['max-pool', 'resize', 'stride']).default('max-pool'),
  upsample: z.enum(['linear', 'nearest', 'transposed']).default('linear'),
})

const labelFree = htlSchema.extend({
  measure: z.enum(['mask-disagreement', 'jensen-shannon']).default('mask-disagreement'),
})
const ofMasks = htlSchema.extend({
  measure: z.enum(['mask-disagreement', 'jensen-shannon', 'loss-rise', 'iou-drop']).default('mask-disagreement'),
})
const ofClasses = htlSchema.extend({
  measure: z.enum(['jensen-shannon', 'arg-max', 'cam', 'loss-rise']).default('jensen-shannon'),
})

/** U-Net on masks. */
export const supervisedSchema = z.strictObject({
  network: unet.prefault({}),
  ...schedule,
  htl: ofMasks.prefault({}),
})

/** U-Net on few masks and many images without: mean teacher. */
export const semiSupervisedSchema = z.strictObject({
  network: unet.prefault({}),
  ...schedule,
  /** Share of the training images whose masks are used. */
  labelledFraction: z.number().gt(0).lt(1).default(0.1),
  /** Labelled images of every batch; the rest of `batchSize` is unlabelled. */
  labelledPerBatch: positive.default(4),
  /** Decay of the teacher's moving average. */
  decay: z.number().gt(0).lt(1).default(0.99),
  /** A pixel counts when the teacher gives its class at least this probability. */
  confidence: z.number().gte(0).lt(1).default(0.8),
  /** Squared difference to the teacher's probabilities, or cross-entropy with its most likely class. */
  consistency: z.enum(['squared', 'pseudo-label']).default('squared'),
  consistencyWeight: z.number().positive().default(1),
  /** Share of the training over which the consistency weight grows to its value. */
  rampUp: z.number().gte(0).lte(1).default(0.3),
  htl: labelFree.prefault({}),
})

const mapSchema = z.strictObject({
  /** CAM and Grad-CAM are of the predicted class; activation is the mean of the features, of no class. */
  method: z.enum(['cam', 'grad-cam', 'activation']).default('cam'),
  /** Level of the features of Grad-CAM and activation, 0 the finest; null for the last. */
  level: z.number().int().nonnegative().nullable().default(null),
  /** Where the heat map is cut: by Otsu's method, or at a share of its largest value. */
  threshold: z.union([z.literal('otsu'), z.number().gt(0).lt(1)]).default('otsu'),
})

export type MapSettings = z.output<typeof mapSchema>

/** Classifier of image labels; its heat map localises. */
export const weaklySupervisedSchema = z.strictObject({
  /** Metadata column that is the image label. */
  label: z.enum(['diagnosis', 'site', 'sex']).default('diagnosis'),
  network: z
    .strictObject({
      channels: channels.default([16, 32, 64, 128]),
      convsPerLevel: positive.default(2),
      norm: z.enum(['instance', 'group', 'none']).default('group'),
    })
    .prefault({}),
  ...schedule,
  // Without the skin's tone, which diagnoses go with.
  intensity: schedule.intensity.removeDefault().default('z-score'),
  /** The map that localises; the others are scored beside it. */
  map: mapSchema.prefault({}),
  otherMaps: z.array(mapSchema).default([]),
  htl: ofClasses.prefault({}),
})
