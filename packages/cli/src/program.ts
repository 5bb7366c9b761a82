/**
 * The commands of `leanvox` and their options.
 *
 * @module
 */
import { Command, CommanderError, Option } from 'commander'

import { backendNames, type BackendName } from '@leanvox/engine'

import { diagnose } from './diagnose.ts'
import { formatDiagnosis } from './format-diagnosis.ts'

/** Where a command writes. */
export interface Output {
  write(text: string): void
}

/**
 * Runs the command line `words` (without node and script) and returns the exit code: 0 done, 1 the check found a problem,
 * 2 the words were not understood.
 */
export async function run(words: readonly string[], { write }: Output): Promise<number> {
  let code = 0
  const program = new Command('leanvox')
    .description('Lean training of volumetric segmentation networks.')
    .exitOverride()
  program.configureOutput({ writeOut: write, writeErr: write })
  program
    .command('doctor')
    .description('report this machine, every backend and whether the chosen one computes correctly')
    .addOption(
      new Option('--backend <name>', 'the backend to check').choices(['auto', ...backendNames]).default('auto'),
    )
    .option('--json', 'write JSON', false)
    .configureOutput({ writeOut: write, writeErr: write })
    .exitOverride()
    .action(async ({ backend, json }: { backend: 'auto' | BackendName; json: boolean }) => {
      const diagnosis = await diagnose({ backend })
      write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : formatDiagnosis(diagnosis))
      code = diagnosis.healthy ? 0 : 1
    })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : 2
  }
}
