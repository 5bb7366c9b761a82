/**
 * One line for what happens to a trial, for logs.
 *
 * @module
 */
import { isFinished, type Direction, type StudyEvent } from '@leanvox/hpo-search'
import { formatNumber } from '@leanvox/report/format'
import { settingText } from './setting-text.ts'

/** The line of an event; reports have none (a log would drown in them). */
export function eventLine(
  event: StudyEvent,
  { total, directions }: { total: number; directions: readonly Direction[] },
): string | null {
  switch (event.kind) {
    case 'trial-start':
      return `trial ${event.number} started${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}: ${settingText(event.params)}`
    case 'retry':
      return `trial ${event.number} crashed and is repeated: ${firstLine(event.reason)}`
    case 'report':
      return null
    case 'trial-end': {
      const { trial, best } = event
      const values = (trial.values ?? []).map((value) => formatNumber(value)).join(', ')
      const reason = trial.state === 'fail' ? firstLine(String(trial.userAttributes['fail_reason'] ?? '')) : values
      const soFar =
        best === null || directions.length > 1 ? '' : `; best ${formatNumber(best.value)} (trial ${best.number})`
      return `trial ${trial.number} ${isFinished(trial) ? trial.state : 'left'} ${reason}, of ${total}${soFar}`
    }
  }
}

export function firstLine(text: string): string {
  return text.split('\n')[0]
}
