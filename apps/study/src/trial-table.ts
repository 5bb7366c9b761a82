/**
 * Trials as a table for other programs: CSV (RFC 4180, one row a trial) and JSON.
 *
 * @module
 */
import { constraintsOf, type FrozenTrial, type Study } from '@leanvox/hpo-search'

/** Columns: number, state, one per objective, times, `params_*`, `user_*`, as in Optuna's data frame. */
export function trialsCsv(study: Study): string {
  const { trials, directions } = study
  const params = namesOf(trials, ({ params }) => params)
  const user = namesOf(trials, ({ userAttributes }) => userAttributes)
  const valueNames = directions.length === 1 ? ['value'] : directions.map((_, index) => `values_${index}`)
  const head = [
    'number',
    'state',
    ...valueNames,
    'datetime_start',
    'datetime_complete',
    ...params.map((name) => `params_${name}`),
    ...user.map((name) => `user_attrs_${name}`),
  ]
  const rows = trials.map((trial) => [
    trial.number,
    trial.state,
    ...valueNames.map((_, index) => trial.values?.[index]),
    trial.startedAt?.toISOString(),
    trial.completedAt?.toISOString(),
    ...params.map((name) => trial.params[name]),
    ...user.map((name) => trial.userAttributes[name]),
  ])
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** The study with all its trials; values that are not finite are texts, since JSON has no word for them. */
export function trialsJson(study: Study): string {
  const { name, directions, userAttributes } = study
  const trials = study.trials.map((trial) => ({
    number: trial.number,
    state: trial.state,
    values: trial.values,
    params: trial.params,
    distributions: trial.distributions,
    constraints: constraintsOf(trial),
    intermediateValues: [...trial.intermediateValues],
    userAttributes: trial.userAttributes,
    startedAt: trial.startedAt,
    completedAt: trial.completedAt,
  }))
  const text = JSON.stringify({ name, directions, userAttributes, trials }, finite, 2)
  return `${text}\n`
}

function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function namesOf(trials: readonly FrozenTrial[], of: (trial: FrozenTrial) => object): string[] {
  return [...new Set(trials.flatMap((trial) => Object.keys(of(trial))))].sort()
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
