/**
 * Pruning during training exposes hard-to-learn samples; training attends to them.
 *
 * @module
 */
export { activationMap } from './activation-map.ts'
export { applyMask } from './apply-mask.ts'
export {
  attention,
  type Attention,
  type AttentionContext,
  type AttentionArm,
  type AttentionOptions,
  type AttentionPlan,
  type AttentionRule,
} from './attention.ts'
export { htlHistory, isNote, type AttentionNote, type AttentionRound, type HtlHistory } from './attention-note.ts'
export { attentionWeights, type AttentionWeightOptions } from './attention-weights.ts'
export { cam, type ClassifierModel } from './cam.ts'
export {
  balancedClassWeights,
  classificationObjective,
  type ClassificationOptions,
} from './classification-objective.ts'
export { classifier, isClassifier, type Classifier } from './classifier.ts'
export { classifierSpec, type ClassifierSpec } from './classifier-spec.ts'
export { cubicSparsity, type CubicSparsityOptions } from './cubic-sparsity.ts'
export {
  argMaxChanged,
  camDisagreement,
  iouDrop,
  jensenShannon,
  labelMapDisagreement,
  lossRise,
  maskDisagreement,
  type AnswerPair,
} from './disagreement.ts'
export { gradCam, type GradCamOptions } from './grad-cam.ts'
export {
  heatMapToBox,
  heatMapToMask,
  normaliseHeatMap,
  otsuThreshold,
  type HeatMap,
  type HeatMapOptions,
} from './heat-map.ts'
export { chanceJaccard, jaccard, stability, type Stability } from './jaccard.ts'
export {
  localisationScore,
  summariseLocalisation,
  type LocalisationScore,
  type LocalisationSummary,
} from './localisation-scores.ts'
export { localise, type Localisation, type LocaliseOptions } from './localise.ts'
export { magnitudeMask, maskCounts, randomMask, type MaskOptions, type Masks, type MaskScope } from './masks.ts'
export { meanTeacher, type MeanTeacherOptions, type Perturbation } from './mean-teacher.ts'
export type { MeasureName } from './measures.ts'
export type { ModelWeights, WeightedNetwork } from './model.ts'
export {
  modalLabels,
  populationDisagreement,
  populationPie,
  type PopulationLabels,
  type PopulationPie,
} from './population-pie.ts'
export { predictCases, type CasePrediction, type PredictCasesOptions } from './predict-cases.ts'
export { scoreCases, type HtlScores, type ScoreOptions } from './score-cases.ts'
export { selectHtl, type HtlRule } from './select-htl.ts'
export { sigmoidRamp } from './sigmoid-ramp.ts'
export { keptCount } from './sparsity.ts'
export { classifierValidation, segmentationValidation } from './validation.ts'
