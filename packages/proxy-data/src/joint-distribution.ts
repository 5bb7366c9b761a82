/**
 * The joint distribution of the intensities of two volumes, and the entropies of it, in nats.
 *
 * H(a) = -sum p(u) log p(u), H(a,b) likewise over the joint table; empty cells count 0, the limit of p log p.
 *
 * @module
 */

/** A table of probabilities, row u for the first volume, column v for the second, with both margins. */
export interface JointDistribution {
  readonly bins: number
  readonly joint: Float64Array
  readonly a: Float64Array
  readonly b: Float64Array
}

/** One way to estimate a joint distribution; `Prepared` holds what concerns one volume. */
export interface JointEstimator<Prepared = unknown> {
  prepare(data: Float32Array): Prepared
  joint(a: Prepared, b: Prepared): JointDistribution
}

/** Shannon entropy of probabilities, in nats. */
export function entropy(probabilities: Float64Array): number {
  let sum = 0
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p)
  return sum
}

/** Both margins of a joint table of `bins` rows and columns. */
export function withMargins(joint: Float64Array, bins: number): JointDistribution {
  const a = new Float64Array(bins)
  const b = new Float64Array(bins)
  for (let u = 0, i = 0; u < bins; u++) {
    for (let v = 0; v < bins; v++, i++) {
      a[u] += joint[i]
      b[v] += joint[i]
    }
  }
  return { bins, joint, a, b }
}
