/**
 * Plain values in, figures (Vega-Lite, SVG) and one self-contained HTML page out.
 *
 * @module
 */
export {
  armComparisonFigure,
  type ArmComparisonOptions,
  type ComparedArm,
  type ComparedSetting,
} from './arm-comparison-figure.ts'
export type { ColourImage } from './colour-image.ts'
export { costDiceFigure, costDiceTable, type ArmCost, type CostDiceOptions } from './cost-dice-figure.ts'
export {
  explorer,
  type Explorer,
  type ExplorerCase,
  type ExplorerFact,
  type ExplorerInput,
  type ExplorerOptions,
  type ExplorerPicture,
} from './explorer.ts'
export type { Figure, VegaLiteSpec } from './figure.ts'
export { forestFigure, type ForestOptions, type ForestRow } from './forest-figure.ts'
export { formatInterval, formatNumber, type Interval, type NumberFormat } from './format.ts'
export { ladderFigure, type LadderOptions, type LadderRung } from './ladder-figure.ts'
export { learningCurvesFigure, type LearningCurve, type LearningCurvesOptions } from './learning-curves-figure.ts'
export { panelGallery, type PanelCase, type PanelGalleryOptions } from './panel-gallery.ts'
export { paretoFigure, type ParetoCurve, type ParetoCurvePoint, type ParetoFigureOptions } from './pareto-figure.ts'
export { renderReport } from './render-report.ts'
export { renderSvg, type RenderSvgOptions } from './render-svg.ts'
export type { Highlight, Report, Section } from './report.ts'
export { scatterFigure, type Scatter, type ScatterOptions, type ScatterPoint } from './scatter-figure.ts'
export {
  searchHistoryFigure,
  type HistoryPoint,
  type SearchHistory,
  type SearchHistoryOptions,
} from './search-history-figure.ts'
export { similarityFigure, type Similarity, type SimilarityOptions } from './similarity-figure.ts'
export {
  sliceGallery,
  type Gallery,
  type GalleryCase,
  type GalleryImage,
  type SliceGalleryOptions,
} from './slice-gallery.ts'
export { stabilityFigure, type Stability, type StabilityOptions } from './stability-figure.ts'
export { studyContourFigure, studyRankFigure } from './study/study-contour-figure.ts'
export { studyDistributionFigure } from './study/study-distribution-figure.ts'
export { studyHistoryFigure } from './study/study-history-figure.ts'
export { studyImportanceFigure } from './study/study-importance-figure.ts'
export { studyIntermediateFigure } from './study/study-intermediate-figure.ts'
export { studyParallelFigure } from './study/study-parallel-figure.ts'
export { studyParetoFigure, type StudyParetoOptions } from './study/study-pareto-figure.ts'
export { studyReport } from './study/study-report.ts'
export { studySliceFigure } from './study/study-slice-figure.ts'
export { studyTimelineFigure } from './study/study-timeline-figure.ts'
export type {
  StudyAxis,
  StudyBar,
  StudyContour,
  StudyCurve,
  StudyHistoryEntry,
  StudyImportance,
  StudyObjective,
  StudyParallel,
  StudyParetoPoint,
  StudySlice,
  StudyValues,
  TrialState,
} from './study/study-values.ts'
export { sweepFigure, type SweepOptions, type SweepSeries } from './sweep-figure.ts'
export { table, type Cell, type Column, type Row, type Table, type TableOptions } from './table.ts'
export type { Slice } from './upscale.ts'
export { trainingCostFigure, type TrainingCost, type TrainingCostOptions } from './training-cost-figure.ts'
export { writeReport, type WriteReportOptions } from './write-report.ts'
