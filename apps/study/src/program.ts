/**
 * The commands of `study`, one file each.
 *
 * @module
 */
import { Command } from 'commander'
import { createCommand } from './commands/create.ts'
import { exportCommand } from './commands/export.ts'
import { plotCommand } from './commands/plot.ts'
import { runCommand } from './commands/run.ts'
import { serveCommand } from './commands/serve.ts'
import { statusCommand } from './commands/status.ts'
import { workerCommand } from './commands/worker.ts'

const commands: readonly (() => Command)[] = [
  createCommand,
  runCommand,
  serveCommand,
  workerCommand,
  statusCommand,
  exportCommand,
  plotCommand,
]

/** The whole command line. */
export function program(): Command {
  const command = new Command('study')
    .description('Hyper-parameter studies: any module or program is the objective, the journal is Optuna’s.')
    .showHelpAfterError()
  for (const each of commands) command.addCommand(each().showHelpAfterError())
  return command
}
