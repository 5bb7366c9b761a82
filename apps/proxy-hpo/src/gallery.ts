/**
 * Slices of held-out cases with reference and prediction: the largest slice of each, worst case first.
 *
 * @module
 */
import { join } from 'node:path'
import { readVolume } from '@leanvox/io-medical'
import { formatNumber, sliceGallery, type Gallery, type GalleryCase } from '@leanvox/report'
import type { PreparedCase } from '@leanvox/training'
import type { CaseScore } from './jobs.ts'
import { predictionPath } from './score.ts'

/** What is shown: `folder` is the final trial's of the arm named in the caption. */
export interface GalleryInput {
  readonly folder: string
  readonly arm: string
  readonly cases: readonly PreparedCase[]
  readonly scores: readonly CaseScore[]
}

/** Up to `most` cases spread from the worst to the best. */
export async function predictionGallery({ folder, arm, cases, scores }: GalleryInput, most = 8): Promise<Gallery> {
  const ranked = cases
    .map((one) => ({ one, dice: meanDice(scores.filter(({ id }) => id === one.id)) }))
    .sort((a, b) => a.dice - b.dice)
  const step = Math.max(1, (ranked.length - 1) / Math.max(1, most - 1))
  const shown = [...new Set(Array.from({ length: Math.min(most, ranked.length) }, (_, i) => Math.round(i * step)))]
  const slices = await Promise.all(shown.map((index) => slice(ranked[index], folder)))
  return sliceGallery(
    { cases: slices },
    {
      title: 'Held-out cases.',
      caption: `The full network trained with the winner of ${arm}; worst case first, the slice with the most reference.`,
      side: 260,
    },
  )
}

async function slice({ one, dice }: { one: PreparedCase; dice: number }, folder: string): Promise<GalleryCase> {
  const [depth, height, width] = one.shape
  const area = height * width
  const prediction = await readVolume(join(predictionPath(folder, one.id)))
  const areas = Array.from({ length: depth }, (_, z) => count(one.label.subarray(z * area, (z + 1) * area)))
  const z = areas.indexOf(Math.max(...areas))
  // Rows are flipped so that anterior (higher y in RAS+) is at the top.
  const flipped = <T extends ArrayLike<number>>(data: T) =>
    Float32Array.from(
      { length: area },
      (_, i) => data[z * area + (height - 1 - Math.floor(i / width)) * width + (i % width)],
    )
  return {
    id: one.id,
    note: `Dice ${formatNumber(dice)}`,
    pixelSize: [one.spacing[1], one.spacing[2]],
    image: { data: flipped(one.image), height, width },
    reference: flipped(one.label),
    prediction: flipped(prediction.data),
  }
}

function meanDice(scores: readonly CaseScore[]): number {
  const known = scores.flatMap(({ dice }) => (dice === null ? [] : [dice]))
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

function count(mask: Uint8Array): number {
  return mask.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
}
