/**
 * The commands of `leanvox`, one file each in commands/, and what they share: where they write, and how they end.
 *
 * @module
 */
import { Command, CommanderError } from 'commander'

import type { CommandContext, Output } from './commands/context.ts'
import { dataCommand } from './commands/data.ts'
import { doctorCommand } from './commands/doctor.ts'
import { evaluateCommand } from './commands/evaluate.ts'

const COMMANDS: readonly ((context: CommandContext) => Command)[] = [doctorCommand, dataCommand, evaluateCommand]

/**
 * Runs the command line `words` (without node and script) and returns the exit code: 0 done, 1 a problem was found or the
 * work failed (one line on the error output says why), 2 the words were not understood.
 */
export async function run(words: readonly string[], output: Output): Promise<number> {
  let code = 0
  const write = (text: string) => output.write(text)
  const writeError = (text: string) => (output.writeError ? output.writeError(text) : output.write(text))
  const program = new Command('leanvox').description('Lean training of volumetric segmentation networks.')
  for (const command of COMMANDS) {
    program.addCommand(command({ write, writeError, exitWith: (chosen) => void (code = chosen) }))
  }
  listen(program, { writeOut: write, writeErr: writeError })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const message = error instanceof Error ? error.message : String(error)
    writeError(`leanvox: ${message}\n`)
    return 1
  }
}

/** Lets a command and those below it write where the program does, and throw instead of ending the process. */
function listen(command: Command, writers: { writeOut(text: string): void; writeErr(text: string): void }): void {
  command.exitOverride().configureOutput(writers)
  for (const below of command.commands) listen(below, writers)
}
