/**
 * The parts of the `leanvox` command that a program may use.
 *
 * @module
 */
export { diagnose, type Diagnosis, type Machine } from './diagnose.ts'
export { formatDiagnosis } from './format-diagnosis.ts'
export type { Output } from './commands/context.ts'
export { run } from './program.ts'
