/**
 * Mutual information of the intensities of two volumes, plain and normalised, in nats.
 *
 * MI(a,b) = sum p(u,v) log[p(u,v) / (p(u) p(v))] = H(a) + H(b) - H(a,b); at least 0, at most the smaller entropy.
 * NMI(a,b) = (H(a) + H(b)) / H(a,b), Studholme, Hill and Hawkes (1999); 1 for independent, 2 for one-to-one volumes.
 * Estimators: `histogram` counts (default, 32 bins); `parzen` smooths as MONAI does (default 23 bins), and MI then takes
 * MONAI's form sum p log[(p + e) / (p_u p_v + e) + e], e = 1e-7. Which one Nath et al. (2021) used is not known.
 *
 * Plain MI grows with the entropy of both volumes: a noisy, rich volume scores high against everything. NMI does not.
 *
 * @module
 */
import { histogramEstimator } from './histogram-estimator.ts'
import { entropy, type JointDistribution, type JointEstimator } from './joint-distribution.ts'
import { comparePair, type Measure, type RepresentationPair } from './measure.ts'
import { parzenEstimator } from './parzen-estimator.ts'

const SMOOTHING = 1e-7

/** How the joint distribution is estimated. */
export interface InformationOptions {
  /** Default 32 for `histogram`, 23 for `parzen`. */
  readonly bins?: number
  readonly estimator?: 'histogram' | 'parzen'
}

/**
 * Mutual information in nats, at least 0; 0 if a volume is constant.
 *
 * @throws RangeError for volumes of unequal shape, or fewer than 2 bins.
 */
export function mutualInformation(pair: RepresentationPair, options: InformationOptions = {}): number {
  return comparePair(pair, mutualInformationMeasure(options))
}

/**
 * Normalised mutual information in [1, 2]; 1 if a volume is constant (also if both are: nothing is shared).
 *
 * @throws RangeError for volumes of unequal shape, or fewer than 2 bins.
 */
export function normalizedMutualInformation(pair: RepresentationPair, options: InformationOptions = {}): number {
  return comparePair(pair, normalizedMutualInformationMeasure(options))
}

/** Mutual information as a measure for `similarityMatrix`. @throws RangeError for fewer than 2 bins. */
export function mutualInformationMeasure(options: InformationOptions = {}): Measure {
  const score = options.estimator === 'parzen' ? smoothedInformation : information
  return measureOf('mutualInformation', options, score)
}

/** Normalised mutual information as a measure for `similarityMatrix`. @throws RangeError for fewer than 2 bins. */
export function normalizedMutualInformationMeasure(options: InformationOptions = {}): Measure {
  return measureOf('normalizedMutualInformation', options, normalizedInformation)
}

function measureOf(
  name: string,
  { estimator = 'histogram', bins = estimator === 'parzen' ? 23 : 32 }: InformationOptions,
  score: (distribution: JointDistribution) => number,
): Measure {
  if (!Number.isInteger(bins) || bins < 2 || bins > 65536) {
    throw new RangeError(`${name}: expected 2 to 65536 bins, got ${bins}`)
  }
  const estimate: JointEstimator = estimator === 'parzen' ? parzenEstimator(bins) : histogramEstimator(bins)
  return {
    name,
    prepare: ({ data }) => estimate.prepare(data),
    compare: (a, b) => score(estimate.joint(a, b)),
  }
}

function information({ a, b, joint }: JointDistribution): number {
  return Math.max(0, entropy(a) + entropy(b) - entropy(joint)) // the difference may round to just below zero
}

function smoothedInformation({ a, b, joint, bins }: JointDistribution): number {
  let sum = 0
  for (let u = 0, i = 0; u < bins; u++) {
    for (let v = 0; v < bins; v++, i++) {
      sum += joint[i] * Math.log((joint[i] + SMOOTHING) / (a[u] * b[v] + SMOOTHING) + SMOOTHING)
    }
  }
  return Math.max(0, sum)
}

function normalizedInformation({ a, b, joint }: JointDistribution): number {
  const together = entropy(joint)
  return together > 0 ? Math.max(1, Math.min(2, (entropy(a) + entropy(b)) / together)) : 1
}
