/**
 * One trial from its start to its end: attempts, retries, reports, and what is told of it.
 *
 * @module
 */
import { trialCancelled, type Executor, type TrialOutcome } from './executor.ts'
import { isFinished, type FrozenTrial } from './frozen-trial.ts'
import { type StudyEvent } from './run-study.ts'
import { type Study } from './study.ts'
import { type TrialResult } from './tell.ts'
import { type Trial } from './trial.ts'

export interface Runner {
  readonly study: Study
  readonly executor: Executor
  readonly signal: AbortSignal
  readonly maxRetries: number
  readonly emit: (event: StudyEvent) => void
  /** Stops the attempt at a trial of that number. */
  readonly cancels: Map<number, AbortController>
  /** Trials that this run has begun itself, or has looked for attempts of earlier runs at. */
  readonly joined: Set<number>
}

const attemptKey = 'leanvox:attempt'
const crashKey = 'leanvox:crashes'

/** Runs a trial until it is finished, or left to be resumed because the signal stopped it. */
export async function runAttempts(runner: Runner, trial: Trial): Promise<void> {
  const { study, emit, signal } = runner
  const { number } = trial
  const end = (finished: FrozenTrial) => {
    emit({ kind: 'trial-end', trial: finished, best: study.directions.length === 1 ? study.bestTrial : null })
  }
  for (;;) {
    const attempt = (await joinable(runner, number)) ?? (await countUp(study, { number, key: attemptKey }))
    if (attempt === null) return end(study.trial(number))
    emit({ kind: 'trial-start', number, params: trial.params, attempt })
    const outcome = await attemptTrial(runner, { trial, attempt })
    if (isFinished(study.trial(number))) return end(study.trial(number))
    if (outcome.state === 'interrupted' || signal.aborted) return
    await trial.flush()
    if (outcome.state === 'released') {
      emit({ kind: 'retry', number, attempt, reason: outcome.reason })
      continue
    }
    if (outcome.state === 'fail' && outcome.retry) {
      const crashes = await countUp(study, { number, key: crashKey })
      if (crashes !== null && crashes <= runner.maxRetries) {
        emit({ kind: 'retry', number, attempt, reason: outcome.reason })
        continue
      }
    }
    return end(await tellUnlessFinished(study, { number, result: checkedResult(study, outcome) }))
  }
}

async function attemptTrial(
  { study, executor, signal, emit, cancels }: Runner,
  { trial, attempt }: { trial: Trial; attempt: number },
): Promise<TrialOutcome> {
  const { number, params } = trial
  const cancel = new AbortController()
  cancels.set(number, cancel)
  let storageError: unknown
  const outcome = await executor.run({
    studyName: study.name,
    number,
    params,
    attempt,
    trial,
    signal: AbortSignal.any([signal, cancel.signal]),
    async report(value, step) {
      const decision = await judge(study, { trial, value, step }).catch((error: unknown) => {
        // A wrong step or value is the objective's fault; a full disk is not, and must not fail the trial.
        if (!(error instanceof RangeError || error instanceof TypeError)) storageError = error
        throw error
      })
      if (isFinished(study.trial(number))) cancel.abort(trialCancelled)
      emit({ kind: 'report', number, step, value, decision })
      return decision
    },
  })
  cancels.delete(number)
  if (storageError !== undefined) throw storageError
  return outcome
}

/** Records a report and asks the pruner; a trial that was cancelled meanwhile is to stop. */
async function judge(
  study: Study,
  { trial, value, step }: { trial: Trial; value: number; step: number },
): Promise<'continue' | 'prune'> {
  if (isFinished(study.trial(trial.number))) return 'prune'
  await trial.report(value, step)
  if (isFinished(study.trial(trial.number))) return 'prune'
  return (await trial.shouldPrune()) ? 'prune' : 'continue'
}

/** The count of an attempt that an earlier run began and that still goes on elsewhere; null when there is none. */
async function joinable({ study, executor, joined }: Runner, number: number): Promise<number | null> {
  const attempt = Number(study.trial(number).systemAttributes[attemptKey] ?? 0)
  const isKnown = joined.has(number)
  joined.add(number)
  if (isKnown || attempt === 0) return null
  return (await executor.isInFlight?.({ studyName: study.name, number, attempt })) === true ? attempt : null
}

/** Adds one to a counter in the trial's system attributes; null when the trial was finished by someone else. */
async function countUp(study: Study, { number, key }: { number: number; key: string }): Promise<number | null> {
  if (isFinished(study.trial(number))) return null
  const count = Number(study.trial(number).systemAttributes[key] ?? 0) + 1
  try {
    await study.setSystemAttribute(number, key, count)
  } catch (error) {
    if (isFinished(study.trial(number))) return null
    throw error
  }
  return count
}

async function tellUnlessFinished(
  study: Study,
  { number, result }: { number: number; result: TrialResult },
): Promise<FrozenTrial> {
  try {
    return await study.tell(number, result)
  } catch (error) {
    if (isFinished(study.trial(number))) return study.trial(number)
    throw error
  }
}

/** The result to tell; a wrong number of values fails the trial instead of the run. */
function checkedResult(
  study: Study,
  outcome: Exclude<TrialOutcome, { state: 'interrupted' | 'released' }>,
): TrialResult {
  if (outcome.state !== 'complete') return outcome
  const count = typeof outcome.value === 'number' ? 1 : outcome.value.length
  if (count === study.directions.length) return outcome
  return { state: 'fail', reason: `objective: expected ${study.directions.length} value(s), got ${count}` }
}
