/**
 * Who and what is on an image: metadata as the tables have it, and area and contrast measured from image and mask.
 *
 * Missing metadata is null here and a category of its own in every analysis; nothing is dropped.
 *
 * @module
 */
import type { PreparedCase } from '@leanvox/training'
import type { Config } from './config.ts'

/** One image's facts. */
export interface Subject {
  readonly id: string
  readonly age: number | null
  readonly sex: string | null
  readonly site: string | null
  readonly diagnosis: string | null
  /** Images of one lesion stay on one side of the split; null: a lesion of its own. */
  readonly lesion: string | null
  /** Share of the image that the lesion covers; null without a mask. */
  readonly area: number | null
  /** Mean luminance outside minus inside the lesion, of values in [0, 1]; null without a mask or with one side empty. */
  readonly contrast: number | null
}

/** Metadata columns to take instead of the usual names; null: the usual one. */
export type Columns = Config['data']['columns']

/** The facts of one prepared image, whose values are in [0, 1] (before any normalisation). */
export function subjectOf(
  one: PreparedCase & { readonly metadata: Readonly<Record<string, string | null>> },
  columns: Columns,
): Subject {
  // The reader offers each fact under a common name beside the table's own columns.
  const fact = (name: keyof Columns) => one.metadata[columns[name] ?? name] ?? null
  const age = fact('age')
  return {
    id: one.id,
    age: age === null || !Number.isFinite(Number(age)) ? null : Number(age),
    sex: fact('sex'),
    site: fact('site'),
    diagnosis: fact('diagnosis'),
    lesion: fact('lesion'),
    ...appearance(one),
  }
}

/** Area and contrast of the labelled part. */
export function appearance({
  image,
  label,
  channels,
  hasLabel = true,
}: PreparedCase): Pick<Subject, 'area' | 'contrast'> {
  if (!hasLabel) return { area: null, contrast: null }
  const size = label.length
  const sum = { inside: 0, outside: 0 }
  let count = 0
  for (let i = 0; i < size; i++) {
    const side = label[i] > 0 ? 'inside' : 'outside'
    if (label[i] > 0) count++
    sum[side] += luminance(image, { channels, size, pixel: i })
  }
  const contrast = count === 0 || count === size ? null : sum.outside / (size - count) - sum.inside / count
  return { area: count / size, contrast }
}

/** The luma of ITU-R BT.601 for colour, the value itself for grey. */
function luminance(
  image: Float32Array,
  { channels, size, pixel }: { channels: number; size: number; pixel: number },
): number {
  if (channels !== 3) return image[pixel]
  return 0.299 * image[pixel] + 0.587 * image[size + pixel] + 0.114 * image[2 * size + pixel]
}
