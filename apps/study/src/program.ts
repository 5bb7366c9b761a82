/**
 * The commands of `study`, one file each, loaded when they are asked for: what draws pages or talks to databases would
 * keep `study status` waiting.
 *
 * @module
 */
import { Command } from 'commander'

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  create: async () => (await import('./commands/create.ts')).createCommand(),
  run: async () => (await import('./commands/run.ts')).runCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  worker: async () => (await import('./commands/worker.ts')).workerCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  plot: async () => (await import('./commands/plot.ts')).plotCommand(),
}

/**
 * The command line for some words: with the command they begin with alone, or with all where they begin with none.
 *
 * @param words what follows the program's name
 */
export async function program(words: readonly string[]): Promise<Command> {
  const command = new Command('study')
    .description('Hyper-parameter studies: any module or program is the objective, the journal is Optuna’s.')
    .showHelpAfterError()
  const named = Object.hasOwn(commands, words[0] ?? '') ? [commands[words[0]]] : Object.values(commands)
  for (const each of await Promise.all(named.map((load) => load()))) command.addCommand(each.showHelpAfterError())
  return command
}
