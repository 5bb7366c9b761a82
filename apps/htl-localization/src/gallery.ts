/**
 * The hardest training images: image, reference, dense and pruned prediction, worst first.
 *
 * @module
 */
import { prepareImages } from '@leanvox/io-medical'
import { formatNumber, panelGallery, type Gallery, type PanelCase } from '@leanvox/report'
import { unpackMask } from './bits.ts'
import type { Config } from './config.ts'
import type { FindResult, WorstImage } from './jobs.ts'
import { readImages } from './read-images.ts'

/** Where the images lie and how they were prepared. */
export interface GallerySource {
  readonly folder: string
  readonly config: Config
}

/** One gallery per setting, of its first seed. */
export async function worstGallery(
  finds: readonly FindResult[],
  { folder, config }: GallerySource,
): Promise<Gallery[]> {
  const firsts = config.settings.flatMap((setting) => finds.find(({ job }) => job.setting === setting) ?? [])
  const wanted = new Set(firsts.flatMap(({ worst }) => worst.map(({ id }) => id)))
  const dataset = await readImages(folder, config)
  const { cases } = await prepareImages(
    { ...dataset, cases: dataset.cases.filter(({ id }) => wanted.has(id)) },
    { size: config.data.size, channels: 3, onBadImage: 'skip' },
  )
  const [height, width] = config.data.size
  const panels = (worst: WorstImage): PanelCase[] => {
    const one = cases.find(({ id }) => id === worst.id)
    if (one === undefined) return []
    const size = height * width
    const data = Uint8Array.from({ length: 3 * size }, (_, i) => 255 * one.image[(i % 3) * size + Math.floor(i / 3)])
    return [
      {
        id: worst.id,
        note: `dense IoU ${formatNumber(worst.denseIou, { decimals: 2 })}, pruned ${formatNumber(worst.prunedIou, { decimals: 2 })}, disagreement ${formatNumber(worst.score, { decimals: 2 })}`,
        image: { data, width, height },
        reference: one.label,
        predictions: [
          { name: 'dense prediction', mask: unpackMask(worst.dense, size) },
          { name: 'pruned prediction', mask: unpackMask(worst.pruned, size) },
        ],
      },
    ]
  }
  return firsts.map(({ job, worst }) =>
    panelGallery(
      { cases: worst.flatMap(panels) },
      {
        title: `Hardest training images, ${job.setting}.`,
        caption: `Image, reference, dense and pruned prediction (sparsity ${worst[0]?.sparsity}) of plain training, seed ${job.seed}; worst first.`,
        side: 132,
      },
    ),
  )
}
