/**
 * The parts of the `leanvox` command that a program may use.
 *
 * @module
 */
export { diagnose, type Diagnosis, type Machine } from './diagnose.ts'
export {
  evaluateFolders,
  type CaseEvaluation,
  type EvaluateOptions,
  type FolderEvaluation,
} from './evaluate/evaluate-folders.ts'
export { formatEvaluation } from './evaluate/format-evaluation.ts'
export { formatDiagnosis } from './format-diagnosis.ts'
export type { Output } from './commands/context.ts'
export { run } from './program.ts'
