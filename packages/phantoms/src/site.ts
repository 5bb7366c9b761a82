/**
 * Sites: how one scanner and protocol show the same kind of anatomy. A model trained at one site and tested at another
 * meets another organ contrast, noise, sharpness and intensity scale, as in external validation.
 *
 * The three built-in sites are our choice: a reference, a low-dose one with thick slices, and one with another
 * contrast phase and a miscalibrated intensity scale.
 *
 * @module
 */

/** What a site does to intensities; anatomy is drawn anew for every site. */
export interface Site {
  /** Also names the random stream, so two sites never show the same patients. */
  readonly name: string
  /** Added to the organ's intensity before imaging, in HU (contrast phase). */
  readonly organShift: number
  /** Standard deviation of the noise, in HU. */
  readonly noise: number
  /** In-plane blur, standard deviation in mm. */
  readonly blurMm: number
  /** Blur across slices (slice thickness), standard deviation in mm. */
  readonly sliceBlurMm: number
  /** Shown = gain · true + offset. */
  readonly gain: number
  /** In HU. */
  readonly offset: number
}

export type SiteName = 'a' | 'b' | 'c'

/** The built-in sites. */
export const sites: Readonly<Record<SiteName, Site>> = {
  a: { name: 'a', organShift: 0, noise: 12, blurMm: 1, sliceBlurMm: 1.5, gain: 1, offset: 0 },
  b: { name: 'b', organShift: -18, noise: 24, blurMm: 1.6, sliceBlurMm: 4, gain: 1, offset: -8 },
  c: { name: 'c', organShift: 16, noise: 18, blurMm: 0.7, sliceBlurMm: 2, gain: 1.12, offset: 15 },
}

/** The settings of a site given by name or in full. */
export function siteOf(site: SiteName | Site): Site {
  if (typeof site !== 'string') return checked(site)
  if (Object.hasOwn(sites, site)) return sites[site]
  throw new RangeError(`abdomenPhantom: expected site 'a', 'b' or 'c' or its settings, got '${String(site)}'`)
}

function checked(site: Site): Site {
  const { organShift, noise, blurMm, sliceBlurMm, gain, offset } = site
  const finite = [organShift, noise, blurMm, sliceBlurMm, gain, offset].every(Number.isFinite)
  if (!finite || Math.min(noise, blurMm, sliceBlurMm) < 0 || gain <= 0) {
    const wanted = 'a site with finite numbers, gain > 0 and no negative noise or blur'
    throw new RangeError(`abdomenPhantom: expected ${wanted}, got ${JSON.stringify(site)}`)
  }
  return site
}
