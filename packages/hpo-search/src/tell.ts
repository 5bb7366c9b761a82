/**
 * How a result becomes journal records, with Optuna's rules for values.
 *
 * NaN is no value; infinite ones are. A pruned trial takes its last report as value if that is one. Constraints go where
 * Optuna keeps them, in the system attribute `constraints`; NaN among them counts as broken.
 *
 * @module
 */
import {
  isFinished,
  lastStep,
  type Attributes,
  type Direction,
  type FrozenTrial,
  type TrialState,
} from './frozen-trial.ts'
import { opCode, stateCodes, type OperationBody } from './operation.ts'
import { timeToText } from './optuna-json.ts'
import { trialOf } from './study-log.ts'
import { type StudyParts } from './study-parts.ts'

/** How a trial ended. */
export type TrialResult =
  | {
      readonly state: 'complete'
      readonly value: number | readonly number[]
      readonly userAttributes?: Attributes
      /** Each is kept to when at most 0. */
      readonly constraints?: readonly number[]
    }
  | { readonly state: 'pruned'; readonly userAttributes?: Attributes }
  /** `reason` is kept in the user attribute `fail_reason`. */
  | { readonly state: 'fail'; readonly reason?: string; readonly userAttributes?: Attributes }

interface Telling {
  readonly trialId: number
  readonly result: TrialResult
  readonly directions: readonly Direction[]
  readonly now: Date
}

/** Finishes a trial; see `Study.tell`. */
export function tellResult(parts: StudyParts, { number, result }: { number: number; result: TrialResult }) {
  return finish(parts, { number, who: 'tell' }, (trial, about) => resultOperations(trial, { ...about, result }))
}

/** Ends a running or waiting trial as failed; see `Study.cancelTrial`. */
export function cancelTrial(parts: StudyParts, { number, reason }: { number: number; reason: string }) {
  return finish(parts, { number, who: 'cancelTrial' }, (trial, { trialId, now }) => {
    if (isFinished(trial)) {
      throw new RangeError(`cancelTrial: expected trial ${number} to be running or waiting, got ${trial.state}`)
    }
    const system_attr = { 'leanvox:cancelled': true }
    return [
      { op_code: opCode.setTrialSystemAttribute, trial_id: trialId, system_attr },
      ...finishingOperations(trialId, { state: 'fail', attributes: { fail_reason: reason }, values: null, now }),
    ]
  })
}

/** Writes what finishes a trial, and makes sure that it was this and not another process's word. */
function finish(
  { log, record }: StudyParts,
  { number, who }: { number: number; who: string },
  operationsOf: (trial: FrozenTrial, about: Omit<Telling, 'result'>) => OperationBody[],
): Promise<FrozenTrial> {
  const now = log.now()
  return log.transact(
    () => {
      const trial = trialOf(record, { number, who })
      return operationsOf(trial, { trialId: record.trialIds[number], directions: record.directions, now })
    },
    () => {
      const trial = record.trials[number]
      if (record.index.finisherOf(number) === log.workerId) return trial
      throw new RangeError(`${who}: expected trial ${number} to be running, got ${trial.state} by another process`)
    },
  )
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
  const constraints = result.state === 'complete' ? result.constraints : undefined
  if (constraints !== undefined) checkConstraints(constraints)
  return [
    ...(constraints === undefined ? [] : [constraintOperation(trialId, constraints)]),
    ...finishingOperations(trialId, { state: result.state, attributes, values, now }),
  ]
}

function constraintOperation(trialId: number, constraints: readonly number[]): OperationBody {
  return { op_code: opCode.setTrialSystemAttribute, trial_id: trialId, system_attr: { constraints: [...constraints] } }
}

function checkConstraints(constraints: readonly number[]): void {
  if (Array.isArray(constraints) && constraints.every((each) => typeof each === 'number')) return
  throw new TypeError(`tell: expected constraints to be a list of numbers, got ${JSON.stringify(constraints)}`)
}

function finishingOperations(
  trialId: number,
  ending: { state: TrialState; attributes: Attributes; values: readonly number[] | null; now: Date },
): OperationBody[] {
  return [
    ...Object.entries(ending.attributes).map(([key, value]): OperationBody => ({
      op_code: opCode.setTrialUserAttribute,
      trial_id: trialId,
      user_attr: { [key]: value },
    })),
    {
      op_code: opCode.setTrialStateValues,
      trial_id: trialId,
      state: stateCodes.indexOf(ending.state),
      values: ending.values,
      datetime_complete: timeToText(ending.now),
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
