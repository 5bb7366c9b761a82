/**
 * A diagnosis as text for a terminal.
 *
 * @module
 */
import type { Candidate, CheckResult } from '@leanvox/engine'

import type { Diagnosis } from './diagnose.ts'

/** The report that `leanvox doctor` prints, ending in a newline. */
export function formatDiagnosis({ machine, candidates, engine, failure, checks, healthy }: Diagnosis): string {
  const versions = Object.entries(engine?.versions ?? {}).map(([name, version]) => `${name} ${version}`)
  return [
    'Machine',
    `  node       ${machine.node}`,
    `  platform   ${machine.platform}`,
    `  processor  ${machine.processor}`,
    `  cores      ${machine.cores}`,
    `  memory     ${gibibytes(machine.memory)} GiB, ${gibibytes(machine.freeMemory)} GiB free`,
    '',
    'Backends, fastest first',
    ...candidates.flatMap(candidateLines),
    '',
    engine ? `Chosen: ${engine.why}` : `None chosen: ${failure}`,
    ...(versions.length > 0 ? [`  versions   ${versions.join(', ')}`] : []),
    '',
    'Gradients against finite differences',
    ...(checks.length > 0 ? checks.map(checkLine) : ['  not checked']),
    '',
    healthy ? 'All is well.' : 'Something is wrong: see above.',
    '',
  ].join('\n')
}

function candidateLines({ name, loaded, reason, remedy }: Candidate): string[] {
  const line = `  ${name.padEnd(14)} ${loaded ? 'loads    ' : 'does not '} ${reason}`
  return loaded ? [line] : [line, `  ${''.padEnd(24)} to get it: ${remedy}`]
}

function checkLine({ operation, error, passed }: CheckResult): string {
  return `  ${passed ? 'ok  ' : 'BAD '} ${operation.padEnd(28)} relative error ${error.toExponential(1)}`
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1)
}
