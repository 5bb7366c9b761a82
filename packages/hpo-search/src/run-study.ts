/**
 * Running a study to a number of trials, trial after trial, so that the result does not depend on being killed.
 *
 * Trials that a dead run left unfinished come first: the same number, the same settings, the next attempt. Since trials
 * run one at a time and samplers and pruners see only what is in the journal, the finished journal of a run that was
 * killed and restarted any number of times equals that of an undisturbed one (if the objective is deterministic).
 *
 * @module
 */
import { type SpaceInput } from './distribution.ts'
import { type Executor, type TrialOutcome } from './executor.ts'
import { isFinished, type FrozenTrial } from './frozen-trial.ts'
import { inProcessExecutor } from './in-process-executor.ts'
import { type LocalObjective } from './objective.ts'
import { type Study } from './study.ts'
import { type TrialResult } from './tell.ts'
import { type Trial } from './trial.ts'

/** What happens while a study runs. */
export type StudyEvent =
  | {
      readonly kind: 'trial-start'
      readonly number: number
      readonly params: FrozenTrial['params']
      readonly attempt: number
    }
  | {
      readonly kind: 'report'
      readonly number: number
      readonly step: number
      readonly value: number
      readonly decision: 'continue' | 'prune'
    }
  | { readonly kind: 'retry'; readonly number: number; readonly attempt: number; readonly reason: string }
  | { readonly kind: 'trial-end'; readonly trial: FrozenTrial; readonly best: FrozenTrial | null }

export interface RunStudyOptions<S extends SpaceInput = SpaceInput> {
  /** The run ends when the study has this many finished trials, those of earlier runs, failed and pruned ones included. */
  readonly trials: number
  /** The function to minimise or maximise, called in this process; or give an `executor`. */
  readonly objective?: LocalObjective<S>
  readonly executor?: Executor
  /** Stops the run; the trial at hand stays unfinished and is resumed by the next run. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: StudyEvent) => void
  /** How often a crashed attempt is repeated before the trial fails. Runs that were killed do not count. Default 1. */
  readonly maxRetries?: number
}

const attemptKey = 'leanvox:attempt'
const crashKey = 'leanvox:crashes'

/**
 * Runs trials until the study has `trials` finished ones.
 *
 * A trial whose every attempt failed is recorded as failed with the reason in its user attribute `fail_reason`, and the
 * study goes on. Storage errors end the run.
 *
 * @throws TypeError without exactly one of objective and executor; RangeError for counts out of range
 */
export async function runStudy<S extends SpaceInput>(study: Study<S>, options: RunStudyOptions<S>): Promise<void> {
  const runner = checkOptions(study, options)
  await study.refresh()
  for (const { number } of study.trials.filter(({ state }) => state === 'running')) {
    if (runner.signal.aborted) return
    await runTrial(runner, (await study.resume(number)) as unknown as Trial)
  }
  while (!runner.signal.aborted && study.trials.filter(isFinished).length < options.trials) {
    await runTrial(runner, (await study.ask()) as unknown as Trial)
  }
}

interface Runner {
  readonly study: Study
  readonly executor: Executor
  readonly signal: AbortSignal
  readonly maxRetries: number
  readonly emit: (event: StudyEvent) => void
}

function checkOptions<S extends SpaceInput>(study: Study<S>, options: RunStudyOptions<S>): Runner {
  const { trials, objective, executor, maxRetries = 1, signal, onEvent } = options
  if ((objective === undefined) === (executor === undefined)) {
    const got = objective === undefined ? 'neither' : 'both'
    throw new TypeError(`runStudy: expected either an objective or an executor, got ${got}`)
  }
  for (const [name, count] of Object.entries({ trials, maxRetries })) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`runStudy: expected ${name} to be a whole number of at least 0, got ${count}`)
    }
  }
  return {
    study: study as unknown as Study,
    executor: executor ?? inProcessExecutor(objective as LocalObjective<S>),
    signal: signal ?? new AbortController().signal,
    maxRetries,
    emit: onEvent ?? (() => undefined),
  }
}

async function runTrial(runner: Runner, trial: Trial): Promise<void> {
  const { study, emit, signal } = runner
  for (;;) {
    const attempt = await countUp(study, { number: trial.number, key: attemptKey })
    emit({ kind: 'trial-start', number: trial.number, params: trial.params, attempt })
    const outcome = await attemptTrial(runner, { trial, attempt })
    if (outcome.state === 'interrupted' || signal.aborted) return
    await trial.flush()
    if (outcome.state === 'fail' && outcome.retry) {
      const crashes = await countUp(study, { number: trial.number, key: crashKey })
      if (crashes <= runner.maxRetries) {
        emit({ kind: 'retry', number: trial.number, attempt, reason: outcome.reason })
        continue
      }
    }
    const finished = await study.tell(trial.number, checkedResult(study, outcome))
    return emit({ kind: 'trial-end', trial: finished, best: study.directions.length === 1 ? study.bestTrial : null })
  }
}

async function attemptTrial(
  { study, executor, signal, emit }: Runner,
  { trial, attempt }: { trial: Trial; attempt: number },
): Promise<TrialOutcome> {
  const { number, params } = trial
  let storageError: unknown
  const outcome = await executor.run({
    studyName: study.name,
    number,
    params,
    attempt,
    trial,
    signal,
    async report(value, step) {
      const decision = await judge(trial, { value, step }).catch((error: unknown) => {
        // A wrong step or value is the objective's fault; a full disk is not, and must not fail the trial.
        if (!(error instanceof RangeError || error instanceof TypeError)) storageError = error
        throw error
      })
      emit({ kind: 'report', number, step, value, decision })
      return decision
    },
  })
  if (storageError !== undefined) throw storageError
  return outcome
}

async function judge(trial: Trial, { value, step }: { value: number; step: number }): Promise<'continue' | 'prune'> {
  await trial.report(value, step)
  return (await trial.shouldPrune()) ? 'prune' : 'continue'
}

/** Adds one to a counter in the trial's system attributes. */
async function countUp(study: Study, { number, key }: { number: number; key: string }): Promise<number> {
  const count = Number(study.trials[number].systemAttributes[key] ?? 0) + 1
  await study.setSystemAttribute(number, key, count)
  return count
}

/** The result to tell; a wrong number of values fails the trial instead of the run. */
function checkedResult(study: Study, outcome: Exclude<TrialOutcome, { state: 'interrupted' }>): TrialResult {
  if (outcome.state !== 'complete') return outcome
  const count = typeof outcome.value === 'number' ? 1 : outcome.value.length
  if (count === study.directions.length) return outcome
  return { state: 'fail', reason: `objective: expected ${study.directions.length} value(s), got ${count}` }
}
