/**
 * What is planted in a lesion phantom: its hard subgroups, distractors and metadata.
 *
 * Every fact has a random stream of its own and compares one number with its share, so raising a share turns more cases
 * over and changes nothing else.
 *
 * @module
 */
import type { Rng } from '@leanvox/random'

/** Share of the cases, in [0, 1], that belong to each group. Groups are drawn independently and may coincide. */
export interface LesionShares {
  readonly small: number
  readonly lowContrast: number
  readonly rareSite: number
  readonly hair: number
  readonly vignette: number
  /** Share of missing entries in each metadata column. */
  readonly missing: number
}

const USUAL: LesionShares = { small: 0.1, lowContrast: 0.1, rareSite: 0.08, hair: 0.35, vignette: 0.25, missing: 0 }
const COMMON_SITES = ['back', 'chest', 'lower extremity', 'upper extremity', 'face'] as const
const DIAGNOSES = ['nevus', 'nevus', 'nevus', 'melanoma', 'benign keratosis'] as const

/** The metadata of a photograph; null is an entry that is missing. */
export interface LesionMetadata {
  /** Years, 15 to 85 in steps of 5. */
  readonly age: number | null
  readonly sex: 'female' | 'male' | null
  /** 'acral' is the rare site. */
  readonly site: (typeof COMMON_SITES)[number] | 'acral' | null
  readonly diagnosis: (typeof DIAGNOSES)[number] | null
}

/** What a case is by construction. */
export interface LesionFacts {
  readonly metadata: LesionMetadata
  readonly hard: { readonly small: boolean; readonly lowContrast: boolean; readonly rareSite: boolean }
  readonly hair: boolean
  readonly vignette: boolean
}

/** Draws the facts of one case. */
export function drawLesionFacts(rng: Rng, wanted: Partial<LesionShares>): LesionFacts {
  const shares = { ...USUAL, ...wanted }
  for (const [name, share] of Object.entries(shares)) {
    if (!(share >= 0 && share <= 1)) {
      throw new RangeError(`lesionPhantom: expected a share of ${name} between 0 and 1, got ${share}`)
    }
  }
  const belongs = (name: keyof LesionShares) => rng.split(name).uniform() < shares[name]
  const known = <T>(name: string, value: T) => (rng.split('missing', name).uniform() < shares.missing ? null : value)
  const one = <T>(name: string, values: readonly T[]) => values[rng.split(name).integer(values.length)]
  const hard = { small: belongs('small'), lowContrast: belongs('lowContrast'), rareSite: belongs('rareSite') }
  const metadata = {
    age: known('age', 15 + 5 * rng.split('age').integer(15)),
    sex: known('sex', one('sex', ['female', 'male'] as const)),
    site: known('site', hard.rareSite ? ('acral' as const) : one('site', COMMON_SITES)),
    diagnosis: known('diagnosis', one('diagnosis', DIAGNOSES)),
  }
  return { metadata, hard, hair: belongs('hair'), vignette: belongs('vignette') }
}
