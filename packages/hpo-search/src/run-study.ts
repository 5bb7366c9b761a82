/**
 * Running a study to a number of trials, so that the result does not depend on being killed.
 *
 * Trials that a dead run left unfinished come first: the same number, the same settings, the next attempt. One trial at
 * a time (the default), samplers and pruners see only what is in the journal, so the finished journal of a run that was
 * killed and restarted any number of times equals that of an undisturbed one (if the objective is deterministic).
 *
 * With several workers what a sampler sees depends on which trials have finished when it is asked. Samplers that do not
 * look at results (random, grid, quasi-random) propose the same anyway; for the others `ordered` shows trial n exactly
 * the trials up to n - workers, which costs waiting when trials differ in length and gives the same study every time.
 *
 * @module
 */
import { runAttempts, type Runner } from './run-trial.ts'
import { isFinished, type FrozenTrial } from './frozen-trial.ts'
import { inProcessExecutor } from './in-process-executor.ts'
import { type LocalObjective } from './objective.ts'
import { type SpaceInput } from './distribution.ts'
import { trialCancelled, type Executor } from './executor.ts'
import { createStopRule, type StopAfter } from './stop-rule.ts'
import { type Study } from './study.ts'

/** What happens while a study runs. With several workers the events of trials are interleaved. */
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
  /**
   * The run ends when the study has this many finished trials, those of earlier runs, failed and pruned ones included.
   * A finished study goes on when it is run again with more.
   */
  readonly trials: number
  /** The function to minimise or maximise, called in this process; or give an `executor`. */
  readonly objective?: LocalObjective<S>
  readonly executor?: Executor
  /** Stops the run; trials at hand stay unfinished and are resumed by the next run. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: StudyEvent) => void
  /** How often a crashed attempt is repeated before the trial fails. Runs that were killed do not count. Default 1. */
  readonly maxRetries?: number
  /** Trials in flight at once; a function is asked again whenever a trial ends and every second. Default 1. */
  readonly workers?: number | (() => number)
  /** Whether the result must not depend on the order in which trials finish; needs a fixed number of workers. */
  readonly ordered?: boolean
  /** Ends the run before `trials` are done; trials in flight are finished. */
  readonly stopAfter?: StopAfter
}

/**
 * Runs trials until the study has `trials` finished ones.
 *
 * A trial whose every attempt failed is recorded as failed with the reason in its user attribute `fail_reason`, and the
 * study goes on. A cancelled trial's attempt is stopped, and what it returns dropped. Storage errors end the run.
 *
 * @throws TypeError without exactly one of objective and executor; RangeError for counts out of range
 */
export async function runStudy<S extends SpaceInput>(study: Study<S>, options: RunStudyOptions<S>): Promise<void> {
  const stop = new AbortController()
  const run = checkOptions(study, { options, stop })
  await study.refresh()
  const inFlight = new Map<number, Promise<void>>()
  const queue = leftOver(run.study)
  while (!run.runner.signal.aborted) {
    const number = mayStart(run, { inFlight, queue })
    if (number === null && inFlight.size === 0) break
    if (number === null) await oneEnds(run, inFlight)
    else await startOne(run, { number, inFlight, queue, stop })
  }
  await Promise.all(inFlight.values())
  if (stop.signal.aborted) throw stop.signal.reason
}

interface Run {
  readonly study: Study
  readonly runner: Runner
  readonly trials: number
  readonly workers: () => number
  readonly ordered: boolean
  readonly isOver: () => boolean
}

interface Flight {
  readonly inFlight: Map<number, Promise<void>>
  /** Numbers of trials that an earlier run left. */
  readonly queue: number[]
}

function checkOptions<S extends SpaceInput>(
  study: Study<S>,
  { options, stop }: { options: RunStudyOptions<S>; stop: AbortController },
): Run {
  const { trials, objective, executor, maxRetries = 1, signal, onEvent, workers = 1, ordered = false } = options
  if ((objective === undefined) === (executor === undefined)) {
    const got = objective === undefined ? 'neither' : 'both'
    throw new TypeError(`runStudy: expected either an objective or an executor, got ${got}`)
  }
  checkCounts({ trials, maxRetries }, 0)
  if (typeof workers === 'number') checkCounts({ workers }, 1)
  else if (ordered) throw new TypeError('runStudy: expected a fixed number of workers with ordered, got a function')
  const plain = study as unknown as Study
  return {
    study: plain,
    runner: {
      study: plain,
      executor: executor ?? inProcessExecutor(objective as LocalObjective<S>),
      signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
      maxRetries,
      emit: onEvent ?? (() => undefined),
      cancels: new Map(),
      joined: new Set(),
    },
    trials,
    workers: typeof workers === 'number' ? () => workers : workers,
    ordered,
    isOver: createStopRule(plain, options.stopAfter ?? {}),
  }
}

function checkCounts(counts: Record<string, number>, least: number): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < least) {
      throw new RangeError(`runStudy: expected ${name} to be a whole number of at least ${least}, got ${count}`)
    }
  }
}

function leftOver(study: Study): number[] {
  if (study.counts.running === 0) return []
  return study.trials.filter(({ state }) => state === 'running').map(({ number }) => number)
}

/** The trial to start now: one left over, or the next new one (the number it will have at least); null for none. */
function mayStart(run: Run, { inFlight, queue }: Flight): number | null {
  const { study, workers, trials, ordered } = run
  if (inFlight.size >= workers()) return null
  if (queue.length > 0) return isOpen(ordered, { number: queue[0], inFlight, workers }) ? queue[0] : null
  const { complete, pruned, fail, running, waiting } = study.counts
  if (complete + pruned + fail + inFlight.size >= trials || run.isOver()) return null
  // The lowest waiting one may have a smaller number; it then waits a little longer than it must.
  const number = complete + pruned + fail + running + waiting - Math.min(1, waiting)
  return isOpen(ordered, { number, inFlight, workers }) ? number : null
}

/** With `ordered`, whether all trials that this one must see have ended. */
function isOpen(
  ordered: boolean,
  { number, inFlight, workers }: { number: number; inFlight: Flight['inFlight']; workers: () => number },
): boolean {
  return !ordered || inFlight.size === 0 || Math.min(...inFlight.keys()) > number - workers()
}

async function startOne(
  run: Run,
  { number, inFlight, queue, stop }: Flight & { number: number; stop: AbortController },
): Promise<void> {
  const { study, runner, ordered, workers } = run
  const sight = ordered ? { lag: workers() } : {}
  try {
    const isLeft = queue[0] === number
    const trial = isLeft ? await study.resume(queue.shift() as number, sight) : await study.ask(sight)
    const ended = runAttempts(runner, trial)
      .catch((error: unknown) => stop.abort(error))
      .finally(() => inFlight.delete(trial.number))
    inFlight.set(trial.number, ended)
  } catch (error) {
    stop.abort(error)
  }
}

/** Waits for a trial to end, but no more than a second: a trial may have been cancelled, workers may have come. */
async function oneEnds({ study, runner, workers }: Run, inFlight: Flight['inFlight']): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const second = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, 1000, 'late')))
  const first = await Promise.race([...inFlight.values(), second])
  clearTimeout(timer)
  if (first !== 'late') return
  await study.refresh()
  for (const number of inFlight.keys())
    if (isFinished(study.trial(number))) runner.cancels.get(number)?.abort(trialCancelled)
  workers()
}
