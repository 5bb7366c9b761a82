/**
 * How a result becomes journal records, with Optuna's rules for values.
 *
 * NaN is no value; infinite ones are. A pruned trial takes its last report as value if that is one.
 *
 * @module
 */
import { lastStep, type Attributes, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { opCode, stateCodes, type OperationBody } from './operation.ts'
import { timeToText } from './optuna-json.ts'

/** How a trial ended. */
export type TrialResult =
  | { readonly state: 'complete'; readonly value: number | readonly number[]; readonly userAttributes?: Attributes }
  | { readonly state: 'pruned'; readonly userAttributes?: Attributes }
  /** `reason` is kept in the user attribute `fail_reason`. */
  | { readonly state: 'fail'; readonly reason?: string; readonly userAttributes?: Attributes }

interface Telling {
  readonly trialId: number
  readonly result: TrialResult
  readonly directions: readonly Direction[]
  readonly now: Date
}

/**
 * The records that finish a trial, attributes first, so that a write cut short never shows a finished trial without them.
 *
 * @throws RangeError when the trial is not running, a value is NaN, or the number of values is not that of directions
 */
export function resultOperations(trial: FrozenTrial, { trialId, result, directions, now }: Telling): OperationBody[] {
  if (trial.state !== 'running') {
    throw new RangeError(`tell: expected trial ${trial.number} to be running, got ${trial.state}`)
  }
  const values = valuesOf(trial, { result, directions })
  const reason = result.state === 'fail' && result.reason !== undefined ? { fail_reason: result.reason } : {}
  const attributes = { ...result.userAttributes, ...reason }
  return [
    ...Object.entries(attributes).map(([key, value]): OperationBody => ({
      op_code: opCode.setTrialUserAttribute,
      trial_id: trialId,
      user_attr: { [key]: value },
    })),
    {
      op_code: opCode.setTrialStateValues,
      trial_id: trialId,
      state: stateCodes.indexOf(result.state),
      values,
      datetime_complete: timeToText(now),
    },
  ]
}

function valuesOf(
  trial: FrozenTrial,
  { result, directions }: Pick<Telling, 'result' | 'directions'>,
): readonly number[] | null {
  if (result.state === 'fail') return null
  if (result.state === 'pruned') {
    const last = trial.intermediateValues.get(lastStep(trial) ?? -1)
    return last === undefined || Number.isNaN(last) || directions.length !== 1 ? null : [last]
  }
  const values = typeof result.value === 'number' ? [result.value] : result.value
  if (!Array.isArray(values) || values.length !== directions.length) {
    throw new RangeError(`tell: expected ${directions.length} value(s), got ${JSON.stringify(result.value)}`)
  }
  const wrong = values.find((value) => typeof value !== 'number' || Number.isNaN(value))
  if (wrong !== undefined) throw new RangeError(`tell: expected a number for trial ${trial.number}, got ${wrong}`)
  return values
}
