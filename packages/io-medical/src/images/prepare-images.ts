/**
 * All pictures of a data set, prepared side by side, with one counted sentence for everything that was changed on the way.
 *
 * There is no cache on disk: reading prepared float planes back costs as much as decoding the small files again (2,694
 * pictures of 128 x 128 take seconds).
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { counted } from '../dataset.ts'
import { inCase, MedicalImageError } from '../errors.ts'
import type { ImageCase, ImageDataset, MaskRule } from './image-dataset.ts'
import { prepareImage, type ImageRemarks, type ImageSettings, type PreparedImage } from './prepare-image.ts'

/** How a folder of pictures is prepared. */
export interface PrepareImagesOptions extends ImageSettings {
  /** Label of each mask value, exactly; default the data set's own rule. */
  readonly labels?: Readonly<Record<number, number>> | MaskRule
  /** Default `'stop'`: the first bad picture is thrown. `'skip'`: it is left out and reported. */
  readonly onBadImage?: 'stop' | 'skip'
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal?: AbortSignal
}

/** Prepared pictures and what there is to say about them. */
export interface PreparedImages {
  /** In the order of `dataset.cases`. */
  readonly cases: PreparedImage[]
  /** Pictures left out with `onBadImage: 'skip'`. */
  readonly bad: MedicalImageError[]
  /** One sentence each, counted; those of the data set are not repeated. */
  readonly warnings: string[]
}

/**
 * Every picture of a data set as a case of depth 1; all are held in memory, four bytes per value.
 *
 * @returns cases with `hasLabel: false` and a label of zeros where there is no mask
 * @throws MedicalImageError for the first bad picture unless `onBadImage` is `'skip'`; RangeError for sizes below 1
 *
 * @example
 * const { cases, warnings } = await prepareImages(await skinDataset('isic'), { size: [128, 128], channels: 3 })
 */
export async function prepareImages(
  dataset: Pick<ImageDataset, 'cases' | 'masks'>,
  options: PrepareImagesOptions,
): Promise<PreparedImages> {
  const rule = ruleOf(options.labels ?? dataset.masks)
  const { onBadImage = 'stop', onProgress, signal } = options
  const total = dataset.cases.length
  let done = 0
  const results = await sideBySide(dataset.cases, async (item) => {
    signal?.throwIfAborted()
    const result = await prepareOrRefuse(item, () => prepareImage(item, options, rule), onBadImage)
    onProgress?.({ done: ++done, total })
    return result
  })
  const bad = results.filter((result) => result instanceof MedicalImageError)
  const good = results.filter((result): result is Good => !(result instanceof MedicalImageError))
  return { cases: good.map(({ prepared }) => prepared), bad, warnings: warningsOf(good, bad) }
}

interface Good {
  readonly prepared: PreparedImage
  readonly remarks: ImageRemarks
}

function ruleOf(labels: Readonly<Record<number, number>> | MaskRule): MaskRule {
  // Only a rule has a `kind`; a record of numbers has none.
  return 'kind' in labels ? (labels as MaskRule) : { kind: 'values', labels }
}

async function prepareOrRefuse(
  item: ImageCase,
  prepare: () => Promise<Good>,
  onBadImage: 'stop' | 'skip',
): Promise<Good | MedicalImageError> {
  try {
    return await prepare()
  } catch (error) {
    const named = inCase(error, item.id)
    if (onBadImage === 'skip' && named instanceof MedicalImageError) return named
    throw named
  }
}

/** Results in order; a few items at a time, none after the first failure. */
async function sideBySide<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  let failed = false
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++
      try {
        results[index] = await work(items[index])
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker))
  return results
}

function warningsOf(good: readonly Good[], bad: readonly MedicalImageError[]): string[] {
  const count = (says: (remarks: ImageRemarks) => boolean) => good.filter(({ remarks }) => says(remarks)).length
  const nearest = good.reduce((sum, { remarks }) => sum + remarks.nearest, 0)
  const masks = count((remarks) => remarks.nearest > 0)
  return [
    sentence(bad.length, 'could not be used (left out)'),
    sentence(
      count(({ sixteenBits }) => sixteenBits),
      'of 16 bits (scaled by 65535)',
    ),
    sentence(
      count(({ alpha }) => alpha === 'opaque'),
      'with an opaque alpha channel (left out)',
    ),
    sentence(
      count(({ alpha }) => alpha === 'transparent'),
      'with transparent pixels (alpha left out, colours kept)',
    ),
    sentence(
      count(({ converted }) => converted === 'to-grey'),
      'turned from colour to grey',
    ),
    sentence(
      count(({ converted }) => converted === 'to-colour'),
      'turned from grey to colour',
    ),
    sentence(
      count(({ squashed }) => squashed),
      'with other proportions after resizing',
    ),
    sentence(
      count(({ emptyMask }) => emptyMask),
      'whose mask is background only',
    ),
    nearest > 0 ? `${counted(nearest, 'pixel')} of ${counted(masks, 'mask')} taken for the nearest known value` : '',
  ].filter((warning) => warning !== '')
}

function sentence(count: number, says: string): string {
  return count > 0 ? `${counted(count, 'image')} ${says}` : ''
}
