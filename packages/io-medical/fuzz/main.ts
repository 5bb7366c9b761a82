/**
 * `npm run fuzz -w @leanvox/io-medical -- --minutes N [--target name] [--folder path] [--page file.md]`: fuzzes all readers in
 * turn for N minutes of processor time in all, then tells what was found. Exit status 1 when there are findings. A folder
 * that was used before goes on; `--page` writes the totals of the folder as Markdown.
 *
 * Every target gets a process of its own for 30 s at a time; a process that dies leaves the batch that killed it.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findings, inFlightPath, totalProgress } from './store.ts'
import { fuzzTargets } from './targets.ts'

const SLICE = 30

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string' },
    folder: { type: 'string', default: join(tmpdir(), 'leanvox-fuzz') },
    page: { type: 'string' },
  },
})
const all = (await fuzzTargets()).map(({ name }) => name)
const names = values.target === undefined ? all : values.target.split(',')
const { folder } = values
const seconds = Number(values.minutes) * 60
const spent = (): number => names.reduce((sum, name) => sum + totalProgress(folder, name).cpuSeconds, 0)
const limit = spent() + seconds

for (let round = 0; spent() < limit; round++) {
  const name = names[round % names.length]
  const slice = Math.min(SLICE, Math.max(2, seconds / names.length))
  const script = fileURLToPath(new URL('work.ts', import.meta.url))
  const seed = `${Date.now()}-${round}`
  const argv = ['--conditions=@leanvox/source', '--no-warnings', script, name, `${slice}`, folder, seed]
  const { status, signal } = spawnSync(process.execPath, argv, { stdio: 'inherit' })
  const inFlight = inFlightPath(folder, name)
  if ((status === 0 && !signal) || !existsSync(inFlight)) continue
  renameSync(inFlight, `${inFlight}.${seed}.died`)
  process.stdout.write(`${name}: the process ended with ${signal ?? status}; its batch is ${inFlight}.${seed}.died\n`)
  if (status === 1) break // a mistake of the fuzzer's own
}
let found = 0
for (const name of names) {
  const { executions, cpuSeconds, covered, corpus } = totalProgress(folder, name)
  const list = findings(folder, name)
  found += list.length
  const line = [`${executions} inputs`, `${Math.round(cpuSeconds)} s`, `${covered} characters`, `${corpus} kept`]
  process.stdout.write(`${name}: ${line.join(', ')}, ${list.length} findings ${list.join(' ')}\n`)
}
if (found > 0) process.exitCode = 1
if (values.page !== undefined) writeFileSync(values.page, pageOf())

/** Totals of the folder, over all runs that used it. */
function pageOf(): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const totals = names.map((name) => ({ ...totalProgress(folder, name), found: findings(folder, name).length }))
  const sum = (key: 'executions' | 'cpuSeconds' | 'found') => totals.reduce((all, one) => all + one[key], 0)
  const rows = totals.map((one) => [
    one.target,
    one.executions,
    Math.round(one.cpuSeconds),
    one.covered,
    one.corpus,
    one.found,
  ])
  return [
    '# Fuzzing',
    '',
    'Every reader of `@leanvox/io-medical`, guided by coverage, over all runs so far. A finding is a failure that is no',
    'MedicalImageError, an input that takes more than 3 s of processor time (20 s: the process is ended), or a request for more',
    'than 32 bytes of array buffers per byte of input and 1 MiB (1032 times that for compressed inputs).',
    'Inputs that reached new source are in `packages/io-medical/fuzz/kept`, which every test run reads; those that grew from',
    'files of other projects (LEANVOX_CONFORMANCE_DICOM) are not.',
    '',
    '- Command: `npm run fuzz -w @leanvox/io-medical -- --minutes N --folder <folder> --page docs/results/fuzz.md`',
    `- Processor time in all: ${(sum('cpuSeconds') / 60).toFixed(1)} minutes; inputs: ${sum('executions')}`,
    '',
    line(['reader', 'inputs', 'processor time [s]', 'characters of source that ran', 'inputs kept', 'open findings']),
    line(['---', '---:', '---:', '---:', '---:', '---:']),
    ...rows.map(line),
    '',
  ].join('\n')
}
