/**
 * Scale-space hypernetworks: a whole accuracy-cost curve of U-Nets from one training.
 *
 * @module
 */
export { atPhi } from './at-phi.ts'
export { encodePhi, type PhiEncoding } from './encode-phi.ts'
export { exportAt, exportedNetwork, type ExportedUNet, type PhiModelNetwork } from './export-at.ts'
export { filmNetwork, type FilmNetwork, type FilmParts, type FilmSpec } from './film-network.ts'
export { hyperNetwork, type HyperNetwork } from './hyper-network.ts'
export { hyperSpec, primarySpec, type HyperParts, type HyperSpec, type PhiSpec } from './hyper-spec.ts'
export { choosePhi, paretoFront, type ChoosablePoint, type ParetoPoint, type PhiBudget } from './pareto-front.ts'
export { requirePhi, requireUsablePhi, type Phi, type PhiRange } from './phi.ts'
export type { PhiNetwork } from './phi-network.ts'
export { phiPrior, type PhiPrior, type PhiPriorChoice } from './phi-prior.ts'
export { registerPair, registrationCase, scoreRegistration } from './registration/pairs.ts'
export type { Registration, RegistrationPair } from './registration/pairs.ts'
export { registrationLoss, registrationObjective } from './registration/objective.ts'
export type { RegistrationOptions, RegistrationSpec } from './registration/objective.ts'
export { mseLoss, nccLoss, smoothness, type ImagePair } from './registration/similarity.ts'
export { warpLabels, warpLinear } from './registration/warp.ts'
export { checkGrid, sweepPhi, type PhiModel, type PhiPoint, type PhiScores, type SweepOptions } from './sweep-phi.ts'
