/**
 * What two runs of one configuration must share: every trial's setting, value, intermediate values and attributes, the
 * results, and the bytes of the final weights and predictions. Only times, dates and paths may differ.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isFinished, loadStudy, studyNames, type FrozenTrial } from '@leanvox/hpo-search'
import { journalStorage } from '@leanvox/hpo-search/node'

/** One sentence for each difference; none when the runs agree and each trial was finished exactly once. */
export async function compareRuns(undisturbed: string, disturbed: string): Promise<string[]> {
  const [before, after] = [await readRun(undisturbed), await readRun(disturbed)]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const differences = [...names].flatMap((name) => {
    const [expected, found] = [JSON.stringify(before[name]), JSON.stringify(after[name])]
    return expected === found ? [] : [`${name}: undisturbed ${expected}, disturbed ${found}`]
  })
  return [...(await notFinishedOnce(disturbed)), ...differences]
}

/** Everything of a run that does not depend on the clock, under a name each. */
async function readRun(folder: string): Promise<Record<string, unknown>> {
  const storage = journalStorage(join(folder, 'journal.jsonl'))
  const lasting: Record<string, unknown> = {}
  for (const name of await studyNames(storage)) {
    for (const trial of (await loadStudy({ name, storage })).trials) {
      // The value of a ladder's trial is a time.
      lasting[`${name} #${trial.number}`] = name.startsWith('ladder/') ? trial.state : lastingOf(trial)
    }
  }
  const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as object
  for (const [key, value] of Object.entries(withoutTimes(results) as object)) lasting[`results.json ${key}`] = value
  for (const file of globSync(['trials/final/*/predictions/*', 'trials/final/*/checkpoints/best.*'], {
    cwd: folder,
  }).sort())
    lasting[file] = sha256(join(folder, file))
  return lasting
}

function lastingOf({ state, params, values, intermediateValues, userAttributes }: FrozenTrial): unknown {
  return { state, params, values, reports: [...intermediateValues].sort(), attributes: withoutTimes(userAttributes) }
}

/** Less everything measured in seconds and what names the moment or the folder of a run. */
function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !/seconds$|^speedup$|^command$|^date$|^commit$/i.test(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutTimes(inner)]))
}

/** Trials that the journal's lines finish never or more than once. */
async function notFinishedOnce(folder: string): Promise<string[]> {
  const path = join(folder, 'journal.jsonl')
  const { finishedBy } = await readJournal(path)
  const storage = journalStorage(path)
  const trials = (await Promise.all((await studyNames(storage)).map((name) => loadStudy({ name, storage })))).flatMap(
    ({ name, trials }) => trials.map((trial) => `${name} #${trial.number} (${trial.state})`),
  )
  const counts = [...finishedBy.values()]
  const repeated = counts.filter((count) => count !== 1).length
  return counts.length === trials.length && repeated === 0
    ? []
    : [`expected ${trials.length} trials finished once, got ${counts.length} finished, ${repeated} of them repeatedly`]
}

/** Whole lines of a journal that a restart does not add to (it counts its attempt); 0 when there is no journal. */
export function countProgress(path: string): number {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  return lines.filter((line) => !line.includes('"leanvox:attempt"')).length
}

/** What the lines of a journal say, whole or cut off by a kill. */
export interface JournalFacts {
  readonly lines: number
  /** How many lines finish each trial, by the journal's own numbers. */
  readonly finishedBy: ReadonlyMap<number, number>
  /** The study of each running trial. */
  readonly running: readonly string[]
}

/** Reads a journal as it lies there; empty facts when there is none. */
export async function readJournal(path: string): Promise<JournalFacts> {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  const finishedBy = new Map<number, number>()
  for (const line of lines) {
    const { op_code, trial_id, state } = JSON.parse(line) as { op_code: number; trial_id: number; state: number }
    if (op_code === 6 && state !== 0) finishedBy.set(trial_id, (finishedBy.get(trial_id) ?? 0) + 1)
  }
  const storage = journalStorage(path)
  const studies =
    lines.length === 0 ? [] : await Promise.all((await studyNames(storage)).map((name) => loadStudy({ name, storage })))
  const running = studies.flatMap(({ name, trials }) =>
    trials.filter((trial) => trial.state === 'running' && !isFinished(trial)).map(() => name),
  )
  return { lines: lines.length, finishedBy, running }
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
