/**
 * `study status`: how far each study is; `--json` for programs.
 *
 * @module
 */
import { printLine } from '@leanvox/app-shell'
import { loadStudy, studyNames } from '@leanvox/hpo-search'
import type { Command } from 'commander'
import { studyCommand, type StudyArguments } from '../options.ts'
import { statusOf, summaryLines } from '../summary.ts'
import { openToRead } from '../storage.ts'
import { findStudy } from '../open-study.ts'

export function statusCommand(): Command {
  return studyCommand('status', 'how far the studies are, also while they run')
    .option('--json', 'one line of JSON a study')
    .action(status)
}

async function status({ storage: location, name, json }: StudyArguments & { json?: boolean }): Promise<void> {
  const { storage, close } = await openToRead(location)
  try {
    const names = name === undefined ? await studyNames(storage) : [(await findStudy(storage, { name })).study.name]
    for (const each of names) {
      const study = await loadStudy({ name: each, storage })
      if (json) printLine(JSON.stringify(statusOf(study)))
      else summaryLines(study).forEach(printLine)
    }
    if (names.length === 0 && !json) printLine('no studies')
  } finally {
    await close()
  }
}
