/**
 * A study: ask for a trial, run it anywhere, tell its result (Optuna's ask-and-tell).
 *
 * All state is in the storage; a study object is a view that catches up with it. One process runs a study at a time;
 * any number may look.
 *
 * @module
 */
import { checkSpace, type Params, type ParamsOf, type Space, type SpaceInput } from './distribution.ts'
import { enqueueTrial, type EnqueueOptions } from './enqueue-trial.ts'
import { type Direction, type FrozenTrial, type TrialState } from './frozen-trial.ts'
import { createSeenSpaces } from './intersection-space.ts'
import { nsga2Sampler } from './nsga2-sampler.ts'
import { directionCodes, opCode } from './operation.ts'
import { noPruner, type Pruner } from './pruner.ts'
import { type Sampler } from './sampler.ts'
import { nextNumber, runningNumber, startTrial } from './start-trial.ts'
import { inMemoryStorage, type Storage } from './storage.ts'
import { findStudy, openStudyLog, type StudyLog, type StudyLogOptions } from './study-log.ts'
import { type AskOptions, type StudyParts } from './study-parts.ts'
import { viewOf } from './study-view.ts'
import { cancelTrial, tellResult, type TrialResult } from './tell.ts'
import { tpeSampler } from './tpe-sampler.ts'
import { checkCompatible, type Trial } from './trial.ts'

export interface LoadStudyOptions<S extends SpaceInput = SpaceInput> extends StudyLogOptions {
  readonly name: string
  readonly storage: Storage
  /** The declared space, proposed as a whole; without it parameters are suggested as the objective asks for them. */
  readonly space?: S
  /** Default `tpeSampler()`; with several directions `nsga2Sampler()`. */
  readonly sampler?: Sampler
  /** Default `noPruner()`. */
  readonly pruner?: Pruner
}

export interface CreateStudyOptions<S extends SpaceInput = SpaceInput> extends Omit<LoadStudyOptions<S>, 'storage'> {
  /** Default: in memory. */
  readonly storage?: Storage
  /** Default `'minimize'`. */
  readonly direction?: Direction
  /** For several objectives, instead of `direction`. */
  readonly directions?: readonly Direction[]
  /** Go on with a study of that name if there is one, instead of throwing. */
  readonly loadIfExists?: boolean
}

export interface Study<S extends SpaceInput = SpaceInput> {
  readonly name: string
  readonly directions: readonly Direction[]
  readonly space: Space | null
  /** All trials known at the last look, in order of number. A copy; in loops prefer `trial` and `counts`. */
  readonly trials: readonly FrozenTrial[]
  /** How many trials are in each state. */
  readonly counts: Readonly<Record<TrialState, number>>
  /**
   * The completed trial of the best value among those that keep to their constraints, the earliest among equals; null
   * before any. One direction only: throws RangeError with several, see `bestTrials`.
   */
  readonly bestTrial: FrozenTrial | null
  /** The completed, feasible trials that no other one is better than in all directions, in order of number. */
  readonly bestTrials: readonly FrozenTrial[]
  /** The trial of a number; throws RangeError when there is none. */
  trial(number: number): FrozenTrial
  readonly userAttributes: Readonly<Record<string, unknown>>
  readonly systemAttributes: Readonly<Record<string, unknown>>
  /** Starts the next trial: an enqueued one if there is any, else a new one. */
  ask(options?: AskOptions): Promise<Trial<S>>
  /** A running trial once more, for going on after its process died; missing values of the space are proposed. */
  resume(number: number, options?: AskOptions): Promise<Trial<S>>
  /**
   * Finishes a trial. Told twice, the first stays and the second is refused, also when another process was first.
   * @throws RangeError for an unknown or finished trial, a NaN value or a wrong number of values; the trial is then unchanged
   */
  tell(number: number, result: TrialResult): Promise<FrozenTrial>
  /**
   * Ends a running or waiting trial as failed, with the user attribute `fail_reason` ('cancelled' unless given). An
   * attempt in flight is told to stop at its next report, and what it returns is dropped.
   * @throws RangeError for an unknown or finished trial
   */
  cancelTrial(number: number, reason?: string): Promise<FrozenTrial>
  /** Queues settings to be tried next; parameters left out are proposed by the sampler. */
  enqueueTrial(params: Partial<ParamsOf<S>>, options?: EnqueueOptions): Promise<void>
  setUserAttribute(key: string, value: unknown): Promise<void>
  /** Catches up with what other processes wrote. */
  refresh(): Promise<void>
  /** Attaches a JSON value to a running trial under a name of our own (not shown as a user attribute). */
  setSystemAttribute(number: number, key: string, value: unknown): Promise<void>
}

/**
 * Creates a study in a storage.
 *
 * @throws RangeError when a study of that name exists (unless `loadIfExists`) or exists with other directions, or when
 * the space does not fit the recorded trials
 */
export async function createStudy<const S extends SpaceInput>(options: CreateStudyOptions<S>): Promise<Study<S>> {
  const {
    storage = inMemoryStorage(),
    direction = 'minimize',
    directions = [direction],
    loadIfExists = false,
  } = options
  if (directions.length === 0) throw new RangeError('createStudy: expected at least one direction, got 0')
  // Before anything is written: a space that is wrong leaves no study behind.
  if (options.space !== undefined) checkSpace(options.space)
  const log = await openStudyLog(storage, options)
  const existing = findStudy(log, options.name)
  if (existing !== undefined && !loadIfExists) {
    throw new RangeError(`createStudy: expected a new name, got '${options.name}', which exists (see loadIfExists)`)
  }
  if (existing !== undefined && existing.directions.join() !== directions.join()) {
    throw new RangeError(`createStudy: expected directions ${existing.directions.join()}, got ${directions.join()}`)
  }
  const codes = directions.map((name) => directionCodes.indexOf(name))
  if (existing === undefined) {
    await log.write([{ op_code: opCode.createStudy, study_name: options.name, directions: codes }])
  }
  return studyOver(log, { ...options, storage })
}

/**
 * Opens an existing study.
 *
 * @throws RangeError when there is none of that name, or when the space does not fit the recorded trials
 */
export async function loadStudy<const S extends SpaceInput>(options: LoadStudyOptions<S>): Promise<Study<S>> {
  return studyOver(await openStudyLog(options.storage, options), options)
}

/** The names of the studies in a storage. */
export async function studyNames(storage: Storage): Promise<string[]> {
  const { replay } = await openStudyLog(storage)
  return [...replay.studies.values()].map(({ name }) => name)
}

function studyOver<S extends SpaceInput>(log: StudyLog, options: LoadStudyOptions<S>): Study<S> {
  const record = findStudy(log, options.name)
  if (record === undefined) throw new RangeError(`loadStudy: expected an existing study, got '${options.name}'`)
  const space = options.space === undefined ? null : checkSpace(options.space)
  for (const [name, distribution] of Object.entries(space ?? {})) checkCompatible(record, { name, distribution })
  const { sampler = record.directions.length === 1 ? tpeSampler() : nsga2Sampler(), pruner = noPruner() } = options
  const parts: StudyParts = { log, record, space, sampler, pruner, seenSpaces: createSeenSpaces() }
  const running = (number: number, who: string) => record.trialIds[runningNumber(parts, { number, who })]
  // Assigned onto the view, whose getters a spread would freeze.
  return Object.assign(viewOf(record), {
    space,
    ask: async ({ lag }: AskOptions = {}) =>
      (await startTrial(parts, { number: await nextNumber(parts), lag })) as Trial<S>,
    async resume(number: number, { lag }: AskOptions = {}) {
      return (await startTrial(parts, { number: runningNumber(parts, { number, who: 'resume' }), lag })) as Trial<S>
    },
    tell: (number: number, result: TrialResult) => tellResult(parts, { number, result }),
    cancelTrial: (number: number, reason = 'cancelled') => cancelTrial(parts, { number, reason }),
    enqueueTrial: (params: Partial<ParamsOf<S>>, queueing: EnqueueOptions = {}) =>
      enqueueTrial(parts, { params: params as Params, ...queueing }),
    setUserAttribute: (key: string, value: unknown) =>
      log.write([{ op_code: opCode.setStudyUserAttribute, study_id: record.id, user_attr: { [key]: value } }]),
    refresh: () => log.catchUp(),
    setSystemAttribute: (number: number, key: string, value: unknown) =>
      log.transact(
        () => {
          const trial_id = running(number, 'setSystemAttribute')
          return [{ op_code: opCode.setTrialSystemAttribute, trial_id, system_attr: { [key]: value } }]
        },
        () => undefined,
      ),
  })
}
