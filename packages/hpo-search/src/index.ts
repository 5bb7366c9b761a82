/**
 * Hyper-parameter search with Optuna's nouns: studies, trials, samplers, pruners. Runs anywhere; files and child
 * processes are behind `@leanvox/hpo-search/node`.
 *
 * @module
 */
export { cmaEsSampler, type CmaEsSamplerOptions } from './cma-es-sampler.ts'
export { contour, type Contour, type ContourOptions, type ContourPoint } from './analysis/contour.ts'
export {
  describeStudy,
  type DescribedObjective,
  type DescribedTrial,
  type DescribeOptions,
  type StudyDescription,
} from './analysis/describe-study.ts'
export { empiricalDistribution, type DistributionStep } from './analysis/empirical-distribution.ts'
export { intermediateCurves, type IntermediateCurve } from './analysis/intermediate-curves.ts'
export { optimizationHistory, type HistoryEntry } from './analysis/optimization-history.ts'
export { parallelCoordinates, type ParallelCoordinates } from './analysis/parallel-coordinates.ts'
export { parameterAxes, type ParameterAxis } from './analysis/parameter-axes.ts'
export { parameterImportances, type Importance, type ImportanceOptions } from './analysis/parameter-importances.ts'
export { paretoPoints, type ParetoPoint } from './analysis/pareto-points.ts'
export { slices, type Slice } from './analysis/slices.ts'
export { type ObjectiveOption, type StudySource } from './analysis/study-source.ts'
export { timeline, type TimelineBar } from './analysis/timeline.ts'
export {
  checkDistribution,
  checkSpace,
  type Choices,
  type Distribution,
  type DistributionInput,
  type FloatRange,
  type IntRange,
  type Params,
  type ParamsOf,
  type ParamValue,
  type Space,
  type SpaceInput,
} from './distribution.ts'
export { type EnqueueOptions } from './enqueue-trial.ts'
export { trialCancelled, type Executor, type TrialOutcome, type TrialRequest } from './executor.ts'
export {
  constraintsOf,
  isFeasible,
  isFinished,
  type Attributes,
  type Direction,
  type FrozenTrial,
  type TrialState,
} from './frozen-trial.ts'
export { gpSampler, type GpSamplerOptions } from './gp-sampler.ts'
export { gridSampler, type Grid, type GridSampler } from './grid-sampler.ts'
export { hyperbandPruner, type HyperbandPrunerOptions } from './hyperband-pruner.ts'
export { hypervolume, type HypervolumeOptions } from './hypervolume.ts'
export { inProcessExecutor } from './in-process-executor.ts'
export { medianPruner, type MedianPrunerOptions } from './median-pruner.ts'
export {
  type LocalObjective,
  type LocalObjectiveContext,
  type Objective,
  type ObjectiveContext,
  type ObjectiveResult,
} from './objective.ts'
export { nsga2Sampler, type Nsga2SamplerOptions } from './nsga2-sampler.ts'
export { type Operation } from './operation.ts'
export { operationFromText, operationToText } from './operation-text.ts'
export { paretoFront } from './pareto-front.ts'
export { patientPruner, type PatientPrunerOptions } from './patient-pruner.ts'
export { percentilePruner, type PercentilePrunerOptions } from './percentile-pruner.ts'
export { noPruner, type GroupContext, type PruneContext, type PruneDecision, type Pruner } from './pruner.ts'
export { parsePythonJson, stringifyPythonJson } from './python-json.ts'
export { qmcSampler, type QmcSamplerOptions } from './qmc-sampler.ts'
export { randomSampler } from './random-sampler.ts'
export { reinforcementSampler, type ReinforcementSamplerOptions } from './reinforcement-sampler.ts'
export { runStudy, type RunStudyOptions, type StudyEvent } from './run-study.ts'
export { type SampleContext, type Sampler } from './sampler.ts'
export { inMemoryStorage, type Storage } from './storage.ts'
export {
  createStudy,
  loadStudy,
  studyNames,
  type CreateStudyOptions,
  type LoadStudyOptions,
  type Study,
} from './study.ts'
export { successiveHalvingPruner, type SuccessiveHalvingOptions } from './successive-halving-pruner.ts'
export { type StopAfter } from './stop-rule.ts'
export { type AskOptions } from './study-parts.ts'
export { type TrialResult } from './tell.ts'
export { thresholdPruner, type ThresholdPrunerOptions } from './threshold-pruner.ts'
export { tpeSampler, type TpeSamplerOptions } from './tpe-sampler.ts'
export { type Trial } from './trial.ts'
export { wilcoxonPruner, type WilcoxonPrunerOptions } from './wilcoxon-pruner.ts'
