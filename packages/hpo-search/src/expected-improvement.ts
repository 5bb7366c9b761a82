/**
 * The logarithm of expected improvement and its gradient, finite where improvement is all but impossible.
 *
 * log EI = log h(z) + log sigma, h(z) = phi(z) + z Phi(z), z = (mean - best) / sigma; for small z by the scaled
 * complementary error function, further out by h = phi / z² (Ament et al., Unexpected improvements to expected
 * improvement, NeurIPS 2023). Constraints add the logarithm of the chance to keep each (Gardner et al., ICML 2014).
 *
 * @module
 */
import { type GaussianProcess } from './gaussian-process.ts'
import { erfc, logNormalCdf, scaledErfc } from './normal.ts'

/** To be made as large as possible. */
export interface Acquisition {
  readonly lengthScales: Float64Array
  value(x: Float64Array): number
  valueAndGradient(x: Float64Array): { readonly value: number; readonly gradient: Float64Array }
}

/** Keeps sigma off zero where there are data. */
const LEAST_VARIANCE = 1e-12
const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI)

/** Value and derivatives of a term by the posterior's mean and standard deviation. */
interface Term {
  readonly value: number
  readonly byMean: number
  readonly bySigma: number
}

/** log h(z) and Phi(z) / h(z), its derivative. */
export function logImprovement(z: number): { readonly value: number; readonly slope: number } {
  if (z > -25) {
    const [mass, density] = [0.5 * erfc(-z / Math.SQRT2), Math.exp(-0.5 * z * z - LOG_ROOT_TWO_PI)]
    const h = density + z * mass
    return { value: Math.log(h), slope: mass / h }
  }
  const logDensity = -0.5 * z * z - LOG_ROOT_TWO_PI
  if (z < -1e4) return { value: logDensity - 2 * Math.log(-z), slope: -z }
  // Phi / phi, Mills' ratio.
  const ratio = Math.sqrt(Math.PI / 2) * scaledErfc(-z / Math.SQRT2)
  return { value: logDensity + Math.log(1 + z * ratio), slope: ratio / (1 + z * ratio) }
}

function improvementTerm({ mean, sigma, best }: { mean: number; sigma: number; best: number }): Term {
  const z = (mean - best) / sigma
  const { value, slope } = logImprovement(z)
  return { value: value + Math.log(sigma), byMean: slope / sigma, bySigma: (1 - z * slope) / sigma }
}

/** log of the chance to lie above a bound. */
function chanceTerm({ mean, sigma, best }: { mean: number; sigma: number; best: number }): Term {
  const z = (mean - best) / sigma
  const value = logNormalCdf(z)
  const slope = Math.exp(-0.5 * z * z - LOG_ROOT_TWO_PI - value)
  return { value, byMean: slope / sigma, bySigma: (-z * slope) / sigma }
}

export interface Goal {
  readonly process: GaussianProcess
  /** The best value so far, or the bound that must be exceeded. */
  readonly bound: number
  readonly kind: 'improvement' | 'chance'
}

/** The sum over goals; the length scales are those of the first. */
export function acquisitionOf(goals: readonly Goal[]): Acquisition {
  const termOf = ({ kind, bound }: Goal, { mean, variance }: { mean: number; variance: number }): Term => {
    const at = { mean, sigma: Math.sqrt(variance + LEAST_VARIANCE), best: bound }
    return kind === 'improvement' ? improvementTerm(at) : chanceTerm(at)
  }
  return {
    lengthScales: goals[0].process.lengthScales,
    value: (x) => goals.reduce((sum, goal) => sum + termOf(goal, goal.process.posterior(x)).value, 0),
    valueAndGradient(x) {
      const gradient = new Float64Array(x.length)
      let value = 0
      for (const goal of goals) {
        const posterior = goal.process.posteriorWithGradient(x)
        const term = termOf(goal, posterior)
        const sigma = Math.sqrt(posterior.variance + LEAST_VARIANCE)
        value += term.value
        for (let k = 0; k < x.length; k++) {
          // d sigma = d variance / (2 sigma)
          gradient[k] +=
            term.byMean * posterior.meanGradient[k] + (term.bySigma * posterior.varianceGradient[k]) / (2 * sigma)
        }
      }
      return { value, gradient }
    },
  }
}
