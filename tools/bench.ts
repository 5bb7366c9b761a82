/**
 * Runs benchmarks: `npm run bench -- <name...> [--json file] [--page file] [--python interpreter]`; `--page` writes the rows of one
 * benchmark as a Markdown page.
 *
 * Each name is a file bench/<name>.ts that exports `bench({ python, log })` and returns rows. A row compares our figure with a
 * peer's, measured in the same run; ratio = ours / theirs. Peers that need Python run only where an interpreter is given.
 *
 * @module
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execFileSync } from 'node:child_process'
import { benchMarkdown, type BenchFile } from './bench-page.ts'

/** One comparison. `theirs` is absent when the peer was not run. */
export interface Row {
  readonly case: string
  /** What is measured, with its unit, such as 'step time [ms]'. */
  readonly metric: string
  readonly ours: number
  readonly peer?: string
  readonly theirs?: number
}

/** What a benchmark is given. */
export interface BenchContext {
  /** A Python interpreter with the peers installed; undefined leaves the Python peers out. */
  readonly python: string | undefined
  readonly log: (line: string) => void
}

/** A file of the bench folder. */
export interface BenchModule {
  readonly bench: (context: BenchContext) => Promise<Row[]>
}

const folder = join(import.meta.dirname, '..', 'bench')
/** Environment variables by which benchmarks are sized or cut down. */
const SETTING = /^(?:CHAOS|HPO|IO|LEANVOX|METRICS|SSHN|UNET)_/

/** Rows as an aligned text table. */
export function table(rows: readonly Row[]): string {
  const cells = [['case', 'metric', 'ours', 'peer', 'theirs', 'ratio'], ...rows.map(rowCells)]
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)))
  const numeric = [false, false, true, false, true, true]
  const pad = (cell: string, column: number): string =>
    numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

/** ours / theirs, or undefined without a peer. */
export function ratioOf({ ours, theirs }: Row): number | undefined {
  return theirs === undefined ? undefined : ours / theirs
}

function rowCells(row: Row): string[] {
  return [row.case, row.metric, short(row.ours), row.peer ?? '', short(row.theirs), short(ratioOf(row))]
}

function short(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(4)))
}

function describeMachine(): Record<string, string | number> {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    date: new Date().toISOString(),
  }
}

async function runBench(name: string, context: BenchContext): Promise<BenchFile> {
  const { bench } = (await import(join(folder, `${name}.ts`))) as BenchModule
  context.log(`== ${name}`)
  const rows = await bench(context)
  context.log(table(rows))
  const compared = rows.map((row) => {
    const ratio = ratioOf(row)
    return ratio === undefined ? row : { ...row, ratio }
  })
  return {
    bench: name,
    command: commandLine(name, context),
    commit: commit(),
    machine: describeMachine(),
    rows: compared,
  }
}

/** The command without the paths of this machine, with the variables that change what is measured. */
export function commandLine(
  name: string,
  { python }: Pick<BenchContext, 'python'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const settings = Object.entries(environment)
    .filter(([key]) => SETTING.test(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value?.includes('/') ? '<path>' : value} `)
  return `${settings.join('')}npm run bench -- ${name}${python === undefined ? '' : ' --python python3'}`
}

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: folder }).trim()
  } catch {
    return null // not a checkout
  }
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, page: { type: 'string' }, python: { type: 'string' } },
  })
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
  const unknown = positionals.filter((name) => !existsSync(join(folder, `${name}.ts`)))
  if (positionals.length === 0 || unknown.length > 0) {
    throw new RangeError(`bench: expected names of ${known.join(', ')}, got ${unknown.join(', ') || 'none'}`)
  }
  const log = (line: string): void => void process.stdout.write(`${line}\n`)
  if (values.python === undefined) log('Python peers are left out (no --python interpreter).')
  const results = []
  for (const name of positionals) results.push(await runBench(name, { python: values.python, log }))
  if (values.page !== undefined) writeFileSync(values.page, results.map(benchMarkdown).join('\n'))
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`)
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
