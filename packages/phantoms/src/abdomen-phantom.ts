/**
 * A synthetic CT-like abdomen with one organ to find: draw a patient, paint it, scan it.
 *
 * Our construction, after no paper: a body of fat and muscle with spine, ribs, lung bases, liver, kidneys, stomach,
 * bowel and vessels, and a spleen-like organ of random size, place and shape whose intensity is near its neighbours'.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { createVolume, voxelCount, type Shape3, type Spacing, type Volume } from '@leanvox/volume'
import { drawAnatomy } from './anatomy.ts'
import { measureDifficulty, type Difficulty } from './difficulty.ts'
import { paintAnatomy } from './paint.ts'
import { addNoise, blurredScene } from './scan.ts'
import { siteOf, type Site, type SiteName } from './site.ts'
import { smoothField } from './texture.ts'

/** Which phantom, and on which grid. */
export interface PhantomOptions {
  readonly seed: number
  /** Number of the patient; default 0. */
  readonly case?: number
  /** A built-in site by name, or settings of your own; default 'a'. */
  readonly site?: SiteName | Site
  /** [depth, height, width], at least [4, 16, 16]; default [32, 48, 48]. The anatomy fills it whatever its size. */
  readonly shape?: Shape3
  /** In mm; default [3, 2, 2]. Blur and texture are in mm, so they follow it. */
  readonly spacing?: Spacing
  /** Puts one to three lesions (label 2) into the organ; default false. The rest of the patient stays the same. */
  readonly lesions?: boolean
}

/** An image with its answer. */
export interface AbdomenPhantom {
  /** Site and case, as in `a-007`. */
  readonly id: string
  /** Whole HU-like numbers, at least -1024. */
  readonly image: Volume<Float32Array>
  /** 0 background, 1 organ, 2 lesion. */
  readonly label: Volume<Uint8Array>
  readonly difficulty: Difficulty
}

/**
 * The phantom of a seed, case and site; the same options give the same bytes.
 *
 * Volumes are RAS+ with the world origin in the middle: the organ is on the left (low x index), the spine at the back
 * (low y index).
 *
 * @throws RangeError for an unknown site, a grid too small, or a case that is no whole number >= 0
 *
 * @example
 * const { image, label } = abdomenPhantom({ seed: 1, case: 7, site: 'b' })
 */
export function abdomenPhantom(options: PhantomOptions): AbdomenPhantom {
  const { seed, case: number = 0, shape = [32, 48, 48], spacing = [3, 2, 2], lesions = false } = options
  const site = siteOf(options.site ?? 'a')
  checkGrid(number, shape)
  const rng = createRng(seed).split('abdomen', site.name, number)
  const hu = new Float32Array(voxelCount(shape))
  const label = createVolume({ data: new Uint8Array(hu.length), shape, spacing, affine: centredAffine(shape, spacing) })
  const texture = smoothField(rng.split('texture'), { shape, spacing, scaleMm: 7 })
  const anatomy = drawAnatomy(rng.split('anatomy'), { organShift: site.organShift, lesions })
  paintAnatomy({ shape, texture, hu, label: label.data, cavity: new Uint8Array(hu.length) }, anatomy)
  const clean = blurredScene(hu, { shape, spacing }, site)
  return {
    id: `${site.name}-${String(number).padStart(3, '0')}`,
    image: { ...label, data: addNoise(clean, { shape }, { rng: rng.split('noise'), noise: site.noise }) },
    label,
    difficulty: measureDifficulty(clean, { label: label.data, shape, spacing }, site),
  }
}

function checkGrid(number: number, shape: Shape3): void {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new RangeError(`abdomenPhantom: expected case to be a whole number >= 0, got ${number}`)
  }
  const smallest = [4, 16, 16]
  if (!shape.every((extent, axis) => Number.isSafeInteger(extent) && extent >= smallest[axis])) {
    throw new RangeError(`abdomenPhantom: expected shape of at least [4, 16, 16], got [${shape.join(', ')}]`)
  }
}

function centredAffine(shape: Shape3, spacing: Spacing): number[] {
  const first = (axis: number) => -(spacing[axis] * (shape[axis] - 1)) / 2
  const [dz, dy, dx] = spacing
  return [dx, 0, 0, first(2), 0, dy, 0, first(1), 0, 0, dz, first(0), 0, 0, 0, 1]
}
