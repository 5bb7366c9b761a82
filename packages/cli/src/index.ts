/**
 * The parts of the `leanvox` command that a program may use.
 *
 * @module
 */
export { diagnose, type Diagnosis, type Machine } from './diagnose.ts'
export { formatDiagnosis } from './format-diagnosis.ts'
export { run, type Output } from './program.ts'
