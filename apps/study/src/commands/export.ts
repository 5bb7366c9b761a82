/**
 * `study export`: the trials as CSV, JSON or an Optuna journal.
 *
 * @module
 */
import { extname, resolve } from 'node:path'
import { ConfigError, printLine } from '@leanvox/app-shell'
import { writeFileAtomic } from '@leanvox/files'
import type { Storage, Study } from '@leanvox/hpo-search'
import type { Command } from 'commander'
import { findStudy } from '../open-study.ts'
import { studyCommand, type StudyArguments } from '../options.ts'
import { openToRead } from '../storage.ts'
import { journalOf } from '../study-journal.ts'
import { trialsCsv, trialsJson } from '../trial-table.ts'

/** What a study becomes, by the ending of the file. */
const writers: Readonly<Record<string, (study: Study, storage: Storage) => string | Promise<string>>> = {
  '.csv': trialsCsv,
  '.json': trialsJson,
  '.jsonl': journalOf,
}

export function exportCommand(): Command {
  return studyCommand('export', 'write a study as .csv, .json or .jsonl (a journal that Optuna opens)')
    .requiredOption('--to <file>', 'the ending says the format')
    .action(exportTrials)
}

async function exportTrials({ storage: location, name, to }: StudyArguments & { to: string }): Promise<void> {
  const write = writers[extname(to)]
  if (write === undefined)
    throw new ConfigError(`--to: expected a file ending in ${Object.keys(writers).join(' or ')}, got ${to}`)
  const { storage, close } = await openToRead(location)
  try {
    const { study } = await findStudy(storage, { name })
    await writeFileAtomic(resolve(to), await write(study, storage))
    printLine(`${study.trials.length} trials in ${to}`)
  } finally {
    await close()
  }
}
