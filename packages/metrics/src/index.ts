export { bootstrapInterval } from './bootstrap-interval.ts'
export type { BootstrapOptions, CorrelationName } from './bootstrap-interval.ts'
export { bootstrapMean } from './bootstrap-mean.ts'
export { bootstrapRatio, type Share } from './bootstrap-ratio.ts'
export { boundaryIou, type BoundaryOptions } from './boundary-iou.ts'
export { boxIou, boxOfMask } from './box-overlap.ts'
export { chiSquareTest, type ChiSquareResult } from './chi-square.ts'
export { brierScore, calibrationError, type CalibrationError, type ProbabilityPair } from './calibration.ts'
export { clDice } from './cl-dice.ts'
export { matthewsCorrelation, specificity, volumeSimilarity } from './confusion-scores.ts'
export type { CountTable } from './count-table.ts'
export { mean, median, percentile, std } from './descriptive.ts'
export {
  emptyPolicyOf,
  type EmptyMasks,
  type EmptyPolicies,
  type EmptyPolicy,
  type EmptyValue,
} from './empty-policy.ts'
export { fisherExact, type Alternative, type FisherResult } from './fisher-exact.ts'
export { generalisedDice, type GeneralisedDiceOptions } from './generalised-dice.ts'
export type { Grid } from './grid.ts'
export { holm } from './holm.ts'
export { imageDiagonal } from './image-diagonal.ts'
export { indicatorColumns, type IndicatorOptions } from './indicator-columns.ts'
export { kendall } from './kendall.ts'
export { labelMask } from './label-mask.ts'
export { lesionDetection, type LesionDetection, type LesionOptions } from './lesion-detection.ts'
export { logisticRegression, type LogisticFit, type RegressionTerm } from './logistic-regression.ts'
export {
  MASK_METRICS,
  type MaskMetric,
  type MaskMetricName,
  type MetricInput,
  type MetricSettings,
} from './mask-metrics.ts'
export type { MaskPair } from './mask-pair.ts'
export { nnunetSummary, type CountedCase, type NnunetMetrics, type NnunetSummary } from './nnunet-summary.ts'
export { dice, iou, overlapCounts, precision, sensitivity, type OverlapCounts } from './overlap.ts'
export { pairedDifferences } from './paired-differences.ts'
export { pairedTTest, type PairedTResult } from './paired-t-test.ts'
export type { PairedValues } from './paired-values.ts'
export { pearson } from './pearson.ts'
export { rankingStability, type RankedMethod, type RankingOptions, type RankingStability } from './ranking-stability.ts'
export { averageRanks } from './ranks.ts'
export type { RegressionData } from './regression-design.ts'
export { reportScores, type ScoreReport } from './report-scores.ts'
export type { BootstrapInterval, ResamplingOptions } from './resampling.ts'
export { scoreAbsent, scoreMasks, type MaskScores, type ScoreOptions } from './score-masks.ts'
export { skeleton } from './skeleton.ts'
export { spearman } from './spearman.ts'
export { summarise, type SummariseOptions, type Summary } from './summarise.ts'
export { contourLengths, surfaceAreas } from './surface-area.ts'
export { surfaceDistances, type Boundary, type SurfaceDistances, type SurfaceOptions } from './surface-distances.ts'
export {
  averageSurfaceDistance,
  directedAverages,
  hausdorffDistance,
  hd95,
  meanAverageSurfaceDistance,
  percentileDistance,
  surfaceDice,
  type Hd95Definition,
  type Hd95Options,
} from './surface-scores.ts'
export { wilcoxonSignedRank, type WilcoxonOptions, type WilcoxonResult } from './wilcoxon.ts'
