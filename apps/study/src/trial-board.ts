/**
 * The table of trials on a terminal, as lines of text: what runs on top, then what ended last.
 *
 * Pure: events and times in, lines out, no longer and no more than the terminal holds.
 *
 * @module
 */
import type { FrozenTrial, StudyEvent } from '@leanvox/hpo-search'
import { formatNumber } from '@leanvox/report/format'
import { firstLine } from './event-line.ts'
import { settingText } from './setting-text.ts'

interface TrialRow {
  readonly number: number
  state: string
  setting: string
  attempt: number
  /** Last report, or the result. */
  value: string
  readonly since: number
  until: number | null
}

export interface TrialBoard {
  apply(event: StudyEvent, now: number): void
  lines(screen: { columns: number; rows: number; now: number }): string[]
}

/** Rows shown at most. */
const longest = 16

export function createTrialBoard({ total, done }: { total: number; done: number }): TrialBoard {
  const rows = new Map<number, TrialRow>()
  let finished = done
  let best: FrozenTrial | null = null
  return {
    apply(event, now) {
      if (event.kind === 'trial-start') return void rows.set(event.number, startedRow(event, now))
      if (event.kind === 'trial-end') {
        finished++
        best = event.best
      }
      const number = event.kind === 'trial-end' ? event.trial.number : event.number
      const row = rows.get(number)
      if (row !== undefined) change(row, { event, now })
      forgetOld(rows)
    },
    lines({ columns, rows: height, now }) {
      const shown = inOrder(rows).slice(0, Math.max(1, Math.min(longest, height - 4)))
      const bestText = best === null ? '' : `   best ${formatNumber(best.value)} (trial ${best.number})`
      const head = `${finished}/${total} trials${bestText}`
      const cells = [['trial', 'state', 'time', 'value', 'setting'], ...shown.map((row) => cellsOf(row, now))]
      return [head, ...aligned(cells)].map((line) => cut(line, columns))
    },
  }
}

function startedRow(event: Extract<StudyEvent, { kind: 'trial-start' }>, now: number): TrialRow {
  const { number, params, attempt } = event
  return { number, state: 'running', setting: settingText(params), attempt, value: '', since: now, until: null }
}

function change(row: TrialRow, { event, now }: { event: StudyEvent; now: number }): void {
  if (event.kind === 'report') row.value = `${formatNumber(event.value)} @${event.step}`
  if (event.kind === 'retry') row.value = firstLine(event.reason)
  if (event.kind !== 'trial-end') return
  const { trial } = event
  row.state = trial.state
  row.until = now
  row.setting = settingText(trial.params)
  row.value =
    trial.state === 'fail'
      ? firstLine(String(trial.userAttributes['fail_reason'] ?? ''))
      : (trial.values ?? []).map((value) => formatNumber(value)).join(', ')
}

/** Running ones by number, then ended ones, the last first. */
function inOrder(rows: ReadonlyMap<number, TrialRow>): TrialRow[] {
  const all = [...rows.values()]
  const running = all.filter(({ until }) => until === null).sort((one, other) => one.number - other.number)
  const ended = all.filter(({ until }) => until !== null).sort((one, other) => (other.until ?? 0) - (one.until ?? 0))
  return [...running, ...ended]
}

/** What no table will show again is dropped: a study may have many trials. */
function forgetOld(rows: Map<number, TrialRow>): void {
  if (rows.size <= 4 * longest) return
  for (const { number, until } of inOrder(rows).slice(2 * longest)) if (until !== null) rows.delete(number)
}

function cellsOf({ number, state, attempt, value, setting, since, until }: TrialRow, now: number): string[] {
  const name = attempt > 1 ? `${number} (${attempt})` : `${number}`
  return [name, state, formatNumber(((until ?? now) - since) / 1000, 'seconds'), cut(value, 28), setting]
}

function aligned(cells: readonly string[][]): string[] {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`
}
