/**
 * The subcommands that every app has, each the same in words and in what it does: config, report, export.
 *
 * @module
 */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { readJson, writeFileAtomic, writeJson } from '@leanvox/files'
import { printLine } from './command.ts'

/** `config [--config <file>]`: prints what `read` gives, as JSON. */
export function configCommand(read: (file: string | undefined) => Promise<unknown>): Command {
  return new Command('config')
    .description('print the configuration with every default')
    .option('--config <file>', 'a configuration to check and fill in')
    .action(async ({ config }: { config?: string }) => printLine(JSON.stringify(await read(config), null, 2)))
}

/** `report --out <dir>`: calls `report` with the absolute path of the run folder. */
export function reportCommand(report: (folder: string) => Promise<void>): Command {
  return new Command('report')
    .description('put results and page together again from a run folder')
    .requiredOption('--out <dir>', 'the run folder')
    .action(({ out }: { out: string }) => report(resolve(out)))
}

/** Where a run's results lie, and how they are published. */
export interface Published<R> {
  /** The file of the results in a run folder. */
  readonly resultsIn: (folder: string) => string
  /** What `<to>.json` holds. */
  readonly rows: (results: R, folder: string) => Promise<unknown>
  /** What `<to>.md` holds. */
  readonly page: (results: R) => string
}

/**
 * `<name> --out <dir> --to <path> [--note <text>]`: writes `<to>.json` and `<to>.md` from the results of a run; a note becomes part
 * of their provenance.
 *
 * @param example what `--to` looks like, in the help
 */
export function exportCommand<R extends { readonly provenance: object }>(
  { name, example }: { readonly name: string; readonly example: string },
  { resultsIn, rows, page }: Published<R>,
): Command {
  return new Command(name)
    .description('write <to>.md and <to>.json from a run folder')
    .requiredOption('--out <dir>', 'the run folder')
    .requiredOption('--to <path>', `path without extension, such as ${example}`)
    .option('--note <text>', 'what the command does not say, such as the cores the run was given')
    .action(async ({ out, to, note }: { out: string; to: string; note?: string }) => {
      const folder = resolve(out)
      const found = (await readJson(resultsIn(folder))) as R
      const results = note === undefined ? found : { ...found, provenance: { ...found.provenance, note } }
      await writeJson(`${resolve(to)}.json`, await rows(results, folder))
      await writeFileAtomic(`${resolve(to)}.md`, page(results))
    })
}
