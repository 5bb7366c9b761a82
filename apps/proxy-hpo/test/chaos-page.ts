/**
 * The outcome of a chaos run as a page and its rows.
 *
 * @module
 */
import { execFileSync } from 'node:child_process'
import { writeFileAtomic, writeJson } from '@leanvox/files'
import type { ChaosReport } from './chaos.ts'

/** How the run was made, and where the page goes (nowhere without `to`). */
export interface PageOptions {
  readonly kills: number
  readonly seed: number
  readonly to?: string
}

/** Writes `<to>.md` and `<to>.json`; returns the Markdown. */
export async function writeChaosPage(report: ChaosReport, { kills, seed, to }: PageOptions): Promise<string> {
  const { kills: log, ...outcome } = report
  const provenance = {
    command: `node --conditions=@leanvox/source apps/proxy-hpo/test/chaos.ts --kills ${kills} --seed ${seed}`,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim(),
    date: new Date().toISOString().slice(0, 10),
  }
  const text = page(report, { ...provenance, seed })
  if (to !== undefined) {
    await writeJson(`${to}.json`, {
      ...provenance,
      seed,
      ...outcome,
      rows: log.map((kill, i) => ({ kill: i + 1, ...kill })),
    })
    await writeFileAtomic(`${to}.md`, text)
  }
  return text
}

function page(
  report: ChaosReport,
  { command, commit, date, seed }: { command: string; commit: string; date: string; seed: number },
): string {
  const { kills, trials, undisturbedSeconds, disturbedSeconds, longestOrphanSeconds, differences } = report
  const rows = kills.map((kill, index) =>
    [index + 1, kill.afterMs, kill.stage, kill.journalLines, `${kill.finishedTrials} of ${trials}`, kill.orphans].join(
      ' | ',
    ),
  )
  return [
    '# A search under `kill -9`',
    '',
    'Generated; do not edit the table by hand.',
    '',
    `- Command: \`${command}\``,
    `- Commit ${commit}, ${date}, seed ${seed}`,
    '',
    `A search of four arms on phantoms (${trials} trials in all: step times, search, final trainings, correlation) runs once in`,
    `peace (${undisturbedSeconds.toFixed(0)} s) and once while the app is killed with SIGKILL ${kills.length} times and started again each time`,
    `(${disturbedSeconds.toFixed(0)} s). Moments are drawn over the whole undisturbed run, the first before the first line of the journal,`,
    'the last after the last one. Killed is the app alone: its children must notice, and the next start must cope with them.',
    '',
    `**Verdict: ${verdict(differences)}**`,
    '',
    'Compared are, trial by trial, state, parameters, values, intermediate values and attributes; the results; and the bytes of the',
    'final weights and predictions. Times, dates and paths are left out. The journal must finish every trial exactly once.',
    `No child outlived its parent by more than ${longestOrphanSeconds.toFixed(1)} s.`,
    '',
    '| kill | ms after this start | stage | journal lines | finished trials | children left behind |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    ...differences.map((difference) => `- ${difference}`),
    ...(differences.length === 0 ? [] : ['']),
  ].join('\n')
}

function verdict(differences: readonly string[]): string {
  return differences.length === 0
    ? 'every trial finished exactly once, and the results equal those of the undisturbed run.'
    : `${differences.length} differences, listed below.`
}
