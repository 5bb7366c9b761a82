/**
 * Hyper-parameter search with Optuna's nouns: studies, trials, samplers, pruners. Runs anywhere; files and child
 * processes are behind `@leanvox/hpo-search/node`.
 *
 * @module
 */
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
export { inProcessExecutor } from './in-process-executor.ts'
export { medianPruner, type MedianPrunerOptions } from './median-pruner.ts'
export {
  type LocalObjective,
  type LocalObjectiveContext,
  type Objective,
  type ObjectiveContext,
  type ObjectiveResult,
} from './objective.ts'
export { nsga2Sampler } from './nsga2-sampler.ts'
export { type Operation } from './operation.ts'
export { paretoFront } from './pareto-front.ts'
export { noPruner, type PruneContext, type PruneDecision, type Pruner } from './pruner.ts'
export { parsePythonJson, stringifyPythonJson } from './python-json.ts'
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
export { tpeSampler, type TpeSamplerOptions } from './tpe-sampler.ts'
export { type Trial } from './trial.ts'
