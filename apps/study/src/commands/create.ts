/**
 * `study create`: a named study with what it searches and how.
 *
 * @module
 */
import { printLine } from '@leanvox/app-shell'
import { Command } from 'commander'
import { readStudyConfig } from '../config.ts'
import { defined } from '../defined.ts'
import { makeStudy } from '../open-study.ts'
import { storageOption } from '../options.ts'
import { openToWrite } from '../storage.ts'

interface CreateArguments {
  readonly storage: string
  readonly name: string
  readonly config?: string
  readonly directions?: readonly string[]
}

export function createCommand(): Command {
  return new Command('create')
    .description('make a study; its configuration is kept with it')
    .addOption(storageOption())
    .requiredOption('--name <study>', 'a name that is not there yet')
    .option('--config <file>', 'JSON: directions, space, sampler, pruner, enqueue')
    .option('--directions <direction...>', 'minimize or maximize, one per objective')
    .action(create)
}

async function create({ storage: location, name, config: file, directions }: CreateArguments): Promise<void> {
  const config = await readStudyConfig(file, defined({ directions }))
  const { storage, close } = await openToWrite(location)
  try {
    await makeStudy(storage, { name, config })
    printLine(`created ${name} in ${location}`)
  } finally {
    await close()
  }
}
