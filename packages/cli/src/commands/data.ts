/**
 * `leanvox data check <dir>`: what is in a data set, and what is odd about it.
 *
 * @module
 */
import { Command, Option } from 'commander'

import { writeReport } from '@leanvox/report'
import { checkDataFolder, DATA_LAYOUTS, readDataFolder, type LayoutName } from '@leanvox/io-medical'

import { checkPage } from '../data-check/page.ts'
import { checkText } from '../data-check/text.ts'
import type { CommandContext } from './context.ts'

interface CheckOptions {
  readonly layout?: LayoutName
  readonly page?: string
  readonly json: boolean
  readonly pictures: number
}

/** Between two lines of progress. */
const MILLISECONDS = 5000

/** The command. */
export function dataCommand(context: CommandContext): Command {
  const layouts = DATA_LAYOUTS.map(({ name }) => name)
  const check = new Command('check')
    .description(
      'inspect a data set: counts, geometry, labels, intensities, duplicates, odd pairs, leaks between splits',
    )
    .argument('<dir>', 'the folder of the data set')
    .addOption(new Option('--layout <name>', 'how the folder is laid out; by default found out').choices(layouts))
    .option('--page <file>', 'also write a page with the tables and pictures')
    .option('--pictures <n>', 'pictures on the page, cases with findings first', Number, 24)
    .option('--json', 'write JSON', false)
    .addHelpText(
      'after',
      `\nLayouts:\n${DATA_LAYOUTS.map(({ name, title, tree }) => `  ${name}: ${title}\n    ${tree}`).join('\n')}`,
    )
    .action((dir: string, options: CheckOptions) => checkData(dir, options, context))
  return new Command('data').description('data sets on disk').addCommand(check)
}

async function checkData(dir: string, options: CheckOptions, context: CommandContext): Promise<void> {
  const { layout, page, json, pictures } = options
  if (!(Number.isInteger(pictures) && pictures >= 0)) {
    throw new RangeError(`data check: expected --pictures to be a whole number of at least 0, got ${pictures}`)
  }
  const folder = await readDataFolder(dir, layout === undefined ? {} : { layout })
  const check = await checkDataFolder(folder, { onProgress: progressLines(context) })
  context.write(json ? `${JSON.stringify(check, null, 2)}\n` : checkText(check))
  if (page !== undefined) {
    await writeReport(page, await checkPage(check, { folder, pictures }))
    context.writeError(`page: ${page}\n`)
  }
  context.exitWith(check.findings.some(({ severity }) => severity === 'problem') ? 1 : 0)
}

/** A line now and then, and one at the end of anything that took so long. */
function progressLines({ writeError }: CommandContext) {
  let last = performance.now()
  let told = false
  return ({ done, total }: { readonly done: number; readonly total: number }) => {
    const now = performance.now()
    if (now - last < MILLISECONDS && !(told && done === total)) return
    ;[last, told] = [now, true]
    writeError(`checked ${done} of ${total} cases\n`)
  }
}
