/**
 * A synthetic dermoscopy photograph of one skin lesion, with metadata and planted hard subgroups.
 *
 * Our construction, after no paper. Three properties make a case hard, each with its own share of the cases: small
 * (a fraction of the usual area), low contrast (pigment near the skin's colour) and a rare site (acral skin, whose
 * ridges run through the lesion too). Of the metadata only `site` goes with difficulty; age, sex and diagnosis are
 * drawn independently, so an analysis of who is hard to learn should find the site and none of them. Hairs and a dark
 * vignette are distractors. What one case is does not depend on the shares of the other groups.
 *
 * @module
 */
import { createRng } from '@leanvox/random'
import { forEachPixel, photograph } from './canvas.ts'
import { relativeRadius } from './blob.ts'
import { caseId, checkedImageOptions, meanLuminance, pixelGrid } from './image-phantom.ts'
import type { ImagePhantom, ImagePhantomOptions } from './image-phantom.ts'
import { drawLesionFacts, type LesionFacts, type LesionShares } from './lesion-facts.ts'
import { drawLesionScene, paintDistractors, paintLesion, paintSkin } from './lesion-scene.ts'

/** As for every image phantom, with the shares of the subgroups. */
export interface LesionPhantomOptions extends ImagePhantomOptions {
  readonly shares?: Partial<LesionShares>
}

/** A photograph with its answer (0 skin, 1 lesion), what was planted and what was measured. */
export interface LesionPhantom extends ImagePhantom, LesionFacts {
  readonly difficulty: {
    readonly lesionPixels: number
    /** Mean luminance of the skin around the lesion minus the lesion's, in [0, 1], without noise, hair and vignette. */
    readonly contrast: number
  }
}

/**
 * The photograph of a seed and case; the same options give the same bytes.
 *
 * @throws RangeError for a depth other than 1, a side below 16, a case that is no whole number >= 0, or a share
 *   outside [0, 1]
 *
 * @example
 * const { image, label, hard, metadata } = lesionPhantom({ seed: 1, case: 7, shares: { small: 0.2 } })
 */
export function lesionPhantom(options: LesionPhantomOptions): LesionPhantom {
  const { seed, number, shape } = checkedImageOptions(options, 'lesionPhantom')
  const rng = createRng(seed).split('lesion', number)
  const facts = drawLesionFacts(rng.split('facts'), options.shares ?? {})
  const scene = drawLesionScene(rng.split('scene'), facts.hard)
  const canvas = paintSkin(rng.split('skin'), { shape, scene })
  paintLesion(canvas, scene, rng.split('pigment'))
  const radii = new Float64Array(shape[1] * shape[2])
  forEachPixel(shape, (place, pixel) => (radii[pixel] = relativeRadius(scene.lesion, place)))
  const label = Uint8Array.from(radii, (radius) => (radius < 1 ? 1 : 0))
  const around = meanLuminance(canvas.planes, (i) => radii[i] > 1.15 && radii[i] < 1.8)
  const contrast = around - meanLuminance(canvas.planes, (i) => label[i] === 1)
  paintDistractors(canvas, facts, rng.split('distractors'))
  return {
    id: caseId('lesion', number),
    image: photograph(canvas, { rng: rng.split('camera'), noise: 0.015, blurPixels: 0.5 }),
    label,
    ...pixelGrid(shape),
    ...facts,
    difficulty: { lesionPixels: label.reduce((sum, value) => sum + value, 0), contrast },
  }
}
