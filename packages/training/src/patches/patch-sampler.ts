/**
 * Batches of random patches, the same for the same seed, epoch and step however often and in whatever order they are
 * asked for: every draw comes from `rng.split('epoch', e, 'step', s, 'item', i)`, so resuming needs no stored state.
 *
 * An epoch takes `patchesPerCase` patches of every case in random order; the last batch is filled up from the start of
 * that order, so that all batches are of one size. Of every run of patches, exactly the share `foregroundFraction`
 * (rounded) is centred on foreground (nnU-Net: a third).
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import type { Rng } from '@leanvox/random'
import { applyAugmentation, augmentationMargin } from '../augmentation/apply-augmentation.ts'
import { drawAugmentation } from '../augmentation/draw-augmentation.ts'
import type { AugmentationSettings } from '../augmentation/settings.ts'
import { toBatch, type Batch } from './batch.ts'
import { foregroundIndex } from './foreground-index.ts'
import { extractPatch, type Patch } from './patch.ts'
import { foregroundBox, grownBox, randomBox } from './patch-location.ts'
import type { PreparedCase } from './prepared-case.ts'

export interface PatchSamplerOptions {
  readonly cases: readonly PreparedCase[]
  /** `[depth, height, width]` in voxels; depth 1 for 2D. */
  readonly patchSize: Shape3
  readonly rng: Rng
  readonly batchSize?: number
  readonly patchesPerCase?: number
  /** Share of patches centred on foreground, in [0, 1]. */
  readonly foregroundFraction?: number
  /** null leaves the patches as they are. */
  readonly augmentation?: AugmentationSettings | null
}

/** Batches by epoch and step, both counted from 0. */
export interface PatchSampler {
  readonly stepsPerEpoch: number
  batch(epoch: number, step: number): Batch
}

/**
 * A sampler over cases.
 *
 * @throws RangeError for no cases or a fraction outside [0, 1]
 */
export function patchSampler(options: PatchSamplerOptions): PatchSampler {
  const { cases, patchSize, rng, batchSize = 1, patchesPerCase = 1, foregroundFraction = 1 / 3 } = options
  if (cases.length === 0) throw new RangeError('patchSampler: expected at least one case, got 0')
  if (!(foregroundFraction >= 0 && foregroundFraction <= 1)) {
    throw new RangeError(`patchSampler: expected a foreground fraction in [0, 1], got ${foregroundFraction}`)
  }
  const foreground = cases.map(({ label }) => foregroundIndex(label))
  const order = epochOrder({ count: cases.length, patchesPerCase, rng })
  const settings = options.augmentation ?? null
  const stepsPerEpoch = Math.ceil((cases.length * patchesPerCase) / batchSize)

  function item(epoch: number, position: number): Patch {
    const step = Math.floor(position / batchSize)
    const at = order(epoch)[position % (cases.length * patchesPerCase)]
    const itemRng = rng.split('epoch', epoch, 'step', step, 'item', position % batchSize)
    const box = isForeground(epoch * stepsPerEpoch * batchSize + position, foregroundFraction)
      ? foregroundBox(cases[at].shape, { foreground: foreground[at], size: patchSize, rng: itemRng })
      : randomBox(cases[at].shape, { size: patchSize, rng: itemRng })
    return augmentedPatch(cases[at], { box, settings, rng: itemRng })
  }

  return {
    stepsPerEpoch,
    batch: (epoch, step) => toBatch(Array.from({ length: batchSize }, (_, i) => item(epoch, step * batchSize + i))),
  }
}

/** Spreads the foreground patches evenly over the run: patch k is one when the running share passes a whole number. */
function isForeground(patch: number, fraction: number): boolean {
  return Math.floor((patch + 1) * fraction) > Math.floor(patch * fraction)
}

function augmentedPatch(
  source: PreparedCase,
  { box, settings, rng }: { box: Box; settings: AugmentationSettings | null; rng: Rng },
): Patch {
  if (!settings) return extractPatch(source, box)
  const augmentation = drawAugmentation(settings, { rng: rng.split('augmentation') })
  // Rotation and shrinking look beyond the box: cut as much more as they need, so that they meet image, not padding.
  const margin = augmentationMargin(augmentation, { size: box.size, spacing: source.spacing })
  return applyAugmentation(extractPatch(source, grownBox(box, margin)), augmentation, { size: box.size })
}

/** The cases of an epoch in random order, each as often as it gives patches; remembers the last epoch asked for. */
function epochOrder({ count, patchesPerCase, rng }: { count: number; patchesPerCase: number; rng: Rng }) {
  const all = Array.from({ length: count * patchesPerCase }, (_, i) => i % count)
  let remembered: { epoch: number; order: number[] } | undefined
  return (epoch: number): number[] => {
    if (remembered?.epoch !== epoch) remembered = { epoch, order: rng.split('epoch', epoch, 'order').shuffle(all) }
    return remembered.order
  }
}
