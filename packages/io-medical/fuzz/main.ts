/**
 * `npm run fuzz -w @leanvox/io-medical -- --minutes N [--target name] [--folder path]`: fuzzes all readers in turn for N
 * minutes of processor time in all, then tells what was found. Exit status 1 when there are findings.
 *
 * Every target gets a process of its own for 30 s at a time; a process that dies leaves the batch that killed it.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
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
