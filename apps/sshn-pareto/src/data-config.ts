/**
 * Where cases come from: one of four sources, each with its own settings.
 *
 * @module
 */
import { z } from 'zod'

const positive = z.number().int().positive()
const size = z.tuple([positive, positive])
const millimetres = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()])

const volumeIntensity = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('z-score') }),
  z
    .strictObject({ kind: z.literal('window'), low: z.number(), high: z.number() })
    .refine(({ low, high }) => low < high, { error: 'expected low < high' }),
])

const preprocessing = {
  spacing: millimetres.nullable().default(null),
  intensity: volumeIntensity.default({ kind: 'z-score' }),
  cropForeground: z.boolean().default(false),
  /** Use a seeded subset of the cases; null for all. */
  maxCases: positive.nullable().default(null),
}

/** `--data` is the folder of every source but `phantoms`. */
export const dataSchema = z
  .discriminatedUnion('source', [
    /** White blood cells: photographs with nucleus and cytoplasm. */
    z.strictObject({
      source: z.literal('wbc'),
      sets: z
        .array(z.union([z.literal(1), z.literal(2)]))
        .min(1)
        .default([1, 2]),
      /** `[height, width]` every image is resized to; null keeps their size, which must then be one. */
      size: size.nullable().default([128, 128]),
      /** 1 turns photographs into grey images. */
      channels: z.union([z.literal(1), z.literal(3)]).default(3),
      /** Values in [0, 1] as they are, or each channel with mean 0 and deviation 1. */
      intensity: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('none') }),
          z.strictObject({ kind: z.literal('z-score') }),
        ])
        .default({ kind: 'none' }),
      maxCases: positive.nullable().default(null),
    }),
    /** A folder of NIfTI volumes in the MSD or nnU-Net layout, 3D. */
    z.strictObject({ source: z.literal('volumes'), ...preprocessing }),
    /** One slice of each such volume along depth, the one with the most foreground, cut or padded to `size`. */
    z.strictObject({ source: z.literal('slices'), size: size.default([48, 48]), ...preprocessing }),
    /** Cells drawn by `@leanvox/phantoms`, no folder needed. */
    z.strictObject({
      source: z.literal('phantoms'),
      count: positive.default(48),
      size: size.default([64, 64]),
      seed: z.number().int().nonnegative().default(0),
    }),
  ])
  .prefault({ source: 'phantoms' })

export type DataConfig = z.output<typeof dataSchema>
