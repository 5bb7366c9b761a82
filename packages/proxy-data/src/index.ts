export { localNormalizedCrossCorrelation, localNormalizedCrossCorrelationMeasure } from './local-correlation.ts'
export type { LocalCorrelationOptions } from './local-correlation.ts'
export type { Measure, RepresentationPair } from './measure.ts'
export {
  mutualInformation,
  mutualInformationMeasure,
  normalizedMutualInformation,
  normalizedMutualInformationMeasure,
  type InformationOptions,
} from './mutual-information.ts'
export { representation } from './representation.ts'
export type { Representation, RepresentationInput, RepresentationOptions } from './representation.ts'
export { budgetCount, selectProxyData, type SelectionOptions, type SelectionStrategy } from './select-proxy-data.ts'
export { similarityMatrix } from './similarity-matrix.ts'
export type { MeasureName, SimilarityMatrix, SimilarityOptions } from './similarity-matrix.ts'
export { volumeScores } from './volume-scores.ts'
