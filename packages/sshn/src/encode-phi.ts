/**
 * What the hypernetwork reads: phi normalised to z = (phi - low) / (high - low), then two numbers for each factor.
 *
 * `'z,1-z'` is the paper's encoding (OpenReview aN0llPIbdg); its length varies between 1 at the ends and sqrt(1/2) in the
 * middle. `'cos,sin'` of pi z / 2 has length 1 everywhere (Ortiz et al., ICLR 2024, arXiv 2304.07645). Outside the range
 * both go on by the same formula.
 *
 * @module
 */
import type { Phi, PhiRange } from './phi.ts'

export const ENCODINGS = ['z,1-z', 'cos,sin'] as const

export type PhiEncoding = (typeof ENCODINGS)[number]

/** Two numbers a factor, in the order of the factors. */
export function encodePhi(
  phi: Phi,
  { encoding, range: [low, high] }: { encoding: PhiEncoding; range: PhiRange },
): number[] {
  return [phi].flat().flatMap((factor) => {
    const z = (Number(factor) - low) / (high - low)
    const angle = (Math.PI * z) / 2
    return encoding === 'z,1-z' ? [z, 1 - z] : [Math.cos(angle), Math.sin(angle)]
  })
}
