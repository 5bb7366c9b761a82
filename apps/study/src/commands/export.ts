/**
 * `study export`: the trials as CSV, JSON or an Optuna journal.
 *
 * @module
 */
import { extname, resolve } from 'node:path'
import { ConfigError, printLine } from '@leanvox/app-shell'
import { writeFileAtomic } from '@leanvox/files'
import type { Command } from 'commander'
import { findStudy } from '../open-study.ts'
import { studyCommand, type StudyArguments } from '../options.ts'
import { openToRead } from '../storage.ts'
import { trialsCsv, trialsJson } from '../trial-table.ts'

const writers = { '.csv': trialsCsv, '.json': trialsJson } as const

export function exportCommand(): Command {
  return studyCommand('export', 'write the trials as .csv or .json')
    .requiredOption('--to <file>', 'the ending says the format')
    .action(exportTrials)
}

async function exportTrials({ storage: location, name, to }: StudyArguments & { to: string }): Promise<void> {
  const write = writers[extname(to) as keyof typeof writers]
  if (write === undefined) throw new ConfigError(`--to: expected a file ending in ${Object.keys(writers).join(' or ')}, got ${to}`)
  const { storage, close } = await openToRead(location)
  try {
    const { study } = await findStudy(storage, { name })
    await writeFileAtomic(resolve(to), write(study))
    printLine(`${study.trials.length} trials in ${to}`)
  } finally {
    await close()
  }
}
