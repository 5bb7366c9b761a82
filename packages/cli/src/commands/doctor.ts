/**
 * `leanvox doctor`: what this machine can compute with.
 *
 * @module
 */
import { Command, Option } from 'commander'

import { backendNames, type BackendName } from '@leanvox/engine'

import { diagnose } from '../diagnose.ts'
import { formatDiagnosis } from '../format-diagnosis.ts'
import type { CommandContext } from './context.ts'

/** The command. */
export function doctorCommand({ write, exitWith }: CommandContext): Command {
  return new Command('doctor')
    .description('report this machine, every backend and whether the chosen one computes correctly')
    .addOption(
      new Option('--backend <name>', 'the backend to check').choices(['auto', ...backendNames]).default('auto'),
    )
    .option('--json', 'write JSON', false)
    .action(async ({ backend, json }: { backend: 'auto' | BackendName; json: boolean }) => {
      const diagnosis = await diagnose({ backend })
      write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : formatDiagnosis(diagnosis))
      exitWith(diagnosis.healthy ? 0 : 1)
    })
}
