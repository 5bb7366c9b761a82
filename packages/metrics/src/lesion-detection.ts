/**
 * Detection of separate lesions: connected components of prediction and reference are matched one to one, largest IoU
 * first, pairs with an IoU of at most `minimumIou` never (the default 0 asks for any overlap, 0.5 makes partners unique).
 * Matched pairs are true positives, other components false positives or false negatives, and
 * F1 = 2 TP / (2 TP + FP + FN).
 *
 * One to one: a prediction that joins two lesions finds one of them, and one broken into two pieces has a false positive
 * (our choice). With `matching: 'any-overlap'` a component may match several: a reference lesion is found and a predicted
 * one is right if it has any pair; F1 is then the harmonic mean of sensitivity and precision. Empty masks: F1 is NaN if both are empty, 0 if one is;
 * sensitivity is NaN without reference lesions, precision without predicted ones.
 *
 * @module
 */
import { connectedComponents, voxelCount, type Connectivity, type Shape3 } from '@leanvox/volume'
import { requireEqualLength, type MaskPair } from './mask-pair.ts'

/** How many lesions were found, invented and missed. */
export interface LesionDetection {
  /** Reference lesions that were found. */
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly f1: number
  readonly sensitivity: number
  readonly precision: number
}

/** What a lesion is, and when one is found. */
export interface LesionOptions {
  readonly shape: Shape3
  /** Default 26 (8 in an image). */
  readonly connectivity?: Connectivity
  /** Default 'one-to-one'. */
  readonly matching?: 'one-to-one' | 'any-overlap'
  /** A pair must overlap by more than this; default 0. */
  readonly minimumIou?: number
}

/**
 * Matches the lesions of two masks and counts.
 *
 * @throws RangeError for masks that do not fit the shape, or a `minimumIou` outside [0, 1).
 */
export function lesionDetection(
  pair: MaskPair,
  { shape, connectivity = 26, matching = 'one-to-one', minimumIou = 0 }: LesionOptions,
): LesionDetection {
  requireEqualLength(pair, 'lesionDetection')
  if (pair.reference.length !== voxelCount(shape)) {
    throw new RangeError(
      `lesionDetection: expected ${voxelCount(shape)} voxels for shape [${shape.join(', ')}], got ${pair.reference.length}`,
    )
  }
  if (!(minimumIou >= 0 && minimumIou < 1)) {
    throw new RangeError(`lesionDetection: expected a minimum IoU in [0, 1), got ${minimumIou}`)
  }
  const found = connectedComponents({ data: pair.prediction, shape }, { connectivity })
  const wanted = connectedComponents({ data: pair.reference, shape }, { connectivity })
  const overlaps = overlapsOf(found, wanted).filter(({ iou }) => iou > minimumIou)
  if (matching !== 'one-to-one' && matching !== 'any-overlap') {
    throw new RangeError(`lesionDetection: expected matching 'one-to-one' or 'any-overlap', got '${String(matching)}'`)
  }
  return matching === 'any-overlap' ? anyOverlap(overlaps, found, wanted) : oneToOne(overlaps, found, wanted)
}

function oneToOne(overlaps: Overlap[], found: Lesions, wanted: Lesions): LesionDetection {
  const best = overlaps.sort((a, b) => b.iou - a.iou || a.found - b.found || a.wanted - b.wanted)
  const truePositives = countMatches(best)
  const falsePositives = found.count - truePositives
  const falseNegatives = wanted.count - truePositives
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
    sensitivity: truePositives / wanted.count,
    precision: truePositives / found.count,
  }
}

function anyOverlap(overlaps: readonly Overlap[], found: Lesions, wanted: Lesions): LesionDetection {
  const truePositives = new Set(overlaps.map((overlap) => overlap.wanted)).size
  const right = new Set(overlaps.map((overlap) => overlap.found)).size
  const sensitivity = truePositives / wanted.count
  const precision = right / found.count
  const isNone = found.count + wanted.count === 0
  return {
    truePositives,
    falsePositives: found.count - right,
    falseNegatives: wanted.count - truePositives,
    f1: isNone ? NaN : truePositives === 0 ? 0 : (2 * sensitivity * precision) / (sensitivity + precision),
    sensitivity,
    precision,
  }
}

type Lesions = ReturnType<typeof connectedComponents>

interface Overlap {
  readonly found: number
  readonly wanted: number
  readonly iou: number
}

function overlapsOf(found: Lesions, wanted: Lesions): Overlap[] {
  const shared = new Map<number, number>()
  found.labels.forEach((label, i) => {
    if (label === 0 || wanted.labels[i] === 0) return
    const key = label * (wanted.count + 1) + wanted.labels[i]
    shared.set(key, (shared.get(key) ?? 0) + 1)
  })
  return [...shared].map(([key, voxels]) => {
    const [one, other] = [Math.floor(key / (wanted.count + 1)), key % (wanted.count + 1)]
    return { found: one, wanted: other, iou: voxels / (found.sizes[one - 1] + wanted.sizes[other - 1] - voxels) }
  })
}

function countMatches(overlaps: readonly Overlap[]): number {
  const usedFound = new Set<number>()
  const usedWanted = new Set<number>()
  for (const { found, wanted } of overlaps) {
    if (usedFound.has(found) || usedWanted.has(wanted)) continue
    usedFound.add(found)
    usedWanted.add(wanted)
  }
  return usedFound.size
}
