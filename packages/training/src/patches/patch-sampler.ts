/**
 * Batches of random patches, the same for the same seed, epoch and step however often and in whatever order they are
 * asked for: every draw comes from `rng.split('epoch', e, 'step', s, 'item', i)`, so resuming needs no stored state.
 *
 * An epoch takes `patchesPerCase` patches of every case in random order; the last batch is filled up from the start of
 * that order, so that all batches are of one size. Of every run of patches, exactly the share `foregroundFraction`
 * (rounded) is centred on foreground (nnU-Net: a third). A plan changes what is drawn for a batch (`case-draws.ts`).
 *
 * @module
 */
import type { Box, Shape3 } from '@leanvox/volume'
import type { Rng } from '@leanvox/random'
import { applyAugmentation, augmentationMargin } from '../augmentation/apply-augmentation.ts'
import { drawAugmentation } from '../augmentation/draw-augmentation.ts'
import type { AugmentationSettings } from '../augmentation/settings.ts'
import { checkGroup, type BatchGroup, type DrawPlan } from './batch-group.ts'
import { toBatch, type Batch } from './batch.ts'
import { caseDraws } from './case-draws.ts'
import { foregroundIndex, type ForegroundIndex } from './foreground-index.ts'
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
  /** What every batch is made of, instead of `batchSize` items of any case. */
  readonly groups?: readonly BatchGroup[] | undefined
}

/** A batch that knows the case of each item by its index. */
export interface SampledBatch extends Batch {
  readonly cases: readonly number[]
}

/** Batches by epoch and step, both counted from 0. */
export interface PatchSampler {
  readonly stepsPerEpoch: number
  batch(epoch: number, step: number, plan?: DrawPlan | null): SampledBatch
}

/**
 * A sampler over cases.
 *
 * @throws RangeError for no cases, a fraction outside [0, 1], or a group that names no case
 */
export function patchSampler(options: PatchSamplerOptions): PatchSampler {
  const { cases, patchSize, rng, batchSize = 1, patchesPerCase = 1, foregroundFraction = 1 / 3 } = options
  if (cases.length === 0) throw new RangeError('patchSampler: expected at least one case, got 0')
  if (!(foregroundFraction >= 0 && foregroundFraction <= 1)) {
    throw new RangeError(`patchSampler: expected a foreground fraction in [0, 1], got ${foregroundFraction}`)
  }
  const groups = options.groups ?? [{ cases: cases.map((_, i) => i), perBatch: batchSize }]
  groups.forEach((group, index) => checkGroup(group, { name: `group ${index}`, count: cases.length }))
  const draws = caseDraws({ groups, patchesPerCase, foregroundFraction, rng })
  const boxOf = patchBoxes(cases, patchSize)
  const settings = options.augmentation ?? null

  return {
    stepsPerEpoch: draws.stepsPerEpoch,
    batch(epoch, step, plan) {
      const drawn = draws.draw({ epoch, step }, plan ?? {})
      const patches = drawn.map((draw, item) => {
        const itemRng = rng.split('epoch', epoch, 'step', step, 'item', item)
        return augmentedPatch(cases[draw.at], { box: boxOf(draw, itemRng), settings, rng: itemRng })
      })
      return { ...toBatch(patches), cases: drawn.map(({ at }) => at) }
    },
  }
}

/** Draws the box of a patch. Where the foreground of a case lies is found when it is first needed. */
function patchBoxes(cases: readonly PreparedCase[], size: Shape3) {
  const known = new Map<number, ForegroundIndex>()
  const foregroundOf = (at: number) => {
    const index = known.get(at) ?? foregroundIndex(cases[at].label)
    known.set(at, index)
    return index
  }
  return ({ at, foreground }: { at: number; foreground: boolean }, rng: Rng): Box => {
    const { shape } = cases[at]
    // A patch that holds the whole image has one place only.
    const choice = shape.some((length, axis) => length > size[axis])
    return foreground && choice
      ? foregroundBox(shape, { foreground: foregroundOf(at), size, rng })
      : randomBox(shape, { size, rng })
  }
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
