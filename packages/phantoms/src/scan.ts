/**
 * The scanner: blur, intensity scale and noise of a site, and rounding to whole HU as CT files hold.
 *
 * Noise is Gaussian with a short in-plane correlation (a reconstruction kernel makes neighbours alike). Rounding also
 * keeps the last bits of floating-point libraries out of the result.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'
import type { Shape3, Spacing } from '@leanvox/volume'
import { blur } from './blur.ts'
import type { Site } from './site.ts'
import { standardise } from './texture.ts'

/** The lowest value a CT file holds. */
const LOWEST = -1024
const NOISE_CORRELATION: Shape3 = [0, 0.45, 0.45]

interface Grid {
  readonly shape: Shape3
  readonly spacing: Spacing
}

/** The scene as the site shows it without noise. */
export function blurredScene(hu: Float32Array, { shape, spacing }: Grid, site: Site): Float32Array {
  const { blurMm, sliceBlurMm, gain, offset } = site
  const shown = blur(hu, shape, [sliceBlurMm / spacing[0], blurMm / spacing[1], blurMm / spacing[2]])
  return shown.map((value) => gain * value + offset)
}

/** Adds the site's noise to a noise-free image and rounds. */
export function addNoise(
  clean: Float32Array,
  { shape }: Pick<Grid, 'shape'>,
  { rng, noise }: { readonly rng: Rng; readonly noise: number },
): Float32Array {
  const white = Float32Array.from({ length: clean.length }, rng.normal)
  const field = standardise(blur(white, shape, NOISE_CORRELATION))
  return clean.map((value, i) => Math.max(LOWEST, Math.round(value + noise * field[i])))
}
