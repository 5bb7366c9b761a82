/**
 * Picks and explains a TensorFlow.js backend, and adds the differentiable operations it lacks.
 *
 * @module
 */
export { conv } from './conv.ts'
export type { ConvOptions } from './conv-geometry.ts'
export { convTranspose, type ConvTransposeOptions } from './conv-transpose.ts'
export { backendNames, type BackendName, type Candidate } from './load-backend.ts'
export {
  disposeAll,
  toArrays,
  toTensors,
  type NamedArray,
  type NamedArrays,
  type NamedTensors,
} from './named-tensors.ts'
export { normActivation, type NormActivationOptions, type NormAffine } from './norm-activation.ts'
export { avgPool, maxPool } from './pool.ts'
export { registerGradients } from './register-gradients.ts'
export { resizeLinear, resizeNearest } from './resize.ts'
export { selfCheck, type CheckResult } from './self-check.ts'
export { probeBackends, startEngine, type EngineOptions, type EngineReport, type Precision } from './start-engine.ts'
export { valueAndGradients, type ValueAndGradients } from './value-and-gradients.ts'
