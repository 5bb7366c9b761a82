/**
 * A study: ask for a trial, run it anywhere, tell its result (Optuna's ask-and-tell).
 *
 * All state is in the storage; a study object is a view that catches up with it. One process runs a study at a time;
 * any number may look.
 *
 * @module
 */
import {
  checkSpace,
  contains,
  isSingle,
  type Params,
  type ParamsOf,
  type Space,
  type SpaceInput,
} from './distribution.ts'
import { isFinished, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { intersectionSpace } from './intersection-space.ts'
import { directionCodes, opCode, stateCodes, type OperationBody } from './operation.ts'
import { timeToText } from './optuna-json.ts'
import { noPruner, type Pruner } from './pruner.ts'
import { type StudyRecord } from './replay.ts'
import { type Sampler } from './sampler.ts'
import { inMemoryStorage, type Storage } from './storage.ts'
import { findStudy, openStudyLog, trialOf, type StudyLog, type StudyLogOptions } from './study-log.ts'
import { resultOperations, type TrialResult } from './tell.ts'
import { tpeSampler } from './tpe-sampler.ts'
import {
  checkCompatible,
  chooseValue,
  fixedParams,
  liveTrial,
  setParamOperation,
  type Trial,
  type TrialParts,
} from './trial.ts'

export interface LoadStudyOptions<S extends SpaceInput = SpaceInput> extends StudyLogOptions {
  readonly name: string
  readonly storage: Storage
  /** The declared space, proposed as a whole; without it parameters are suggested as the objective asks for them. */
  readonly space?: S
  /** Default `tpeSampler()`. */
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
  /** All trials known at the last look, in order of number. */
  readonly trials: readonly FrozenTrial[]
  /** The completed trial of the best value, the earliest among equals; null before any. One direction only. */
  readonly bestTrial: FrozenTrial | null
  readonly userAttributes: Readonly<Record<string, unknown>>
  /** Starts the next trial: an enqueued one if there is any, else a new one. */
  ask(): Promise<Trial<S>>
  /** A running trial once more, for going on after its process died; missing values of the space are proposed. */
  resume(number: number): Promise<Trial<S>>
  /**
   * Finishes a trial.
   * @throws RangeError for an unknown or finished trial, a NaN value or a wrong number of values; the journal is then unchanged
   */
  tell(number: number, result: TrialResult): Promise<FrozenTrial>
  /** Queues settings to be tried next; parameters left out are proposed by the sampler. */
  enqueueTrial(params: Partial<ParamsOf<S>>): Promise<void>
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

interface Parts {
  readonly log: StudyLog
  readonly record: StudyRecord
  readonly space: Space | null
  readonly sampler: Sampler
  readonly pruner: Pruner
}

function studyOver<S extends SpaceInput>(log: StudyLog, options: LoadStudyOptions<S>): Study<S> {
  const record = findStudy(log, options.name)
  if (record === undefined) throw new RangeError(`loadStudy: expected an existing study, got '${options.name}'`)
  const space = options.space === undefined ? null : checkSpace(options.space)
  for (const [name, distribution] of Object.entries(space ?? {})) checkCompatible(record, { name, distribution })
  const { sampler = tpeSampler(), pruner = noPruner() } = options
  const parts: Parts = { log, record, space, sampler, pruner }
  return {
    name: record.name,
    directions: record.directions,
    space,
    get trials() {
      return [...record.trials]
    },
    get bestTrial() {
      return bestOf(record)
    },
    get userAttributes() {
      return record.userAttributes
    },
    ask: async () => (await startTrial(parts, await nextNumber(parts))) as Trial<S>,
    resume: async (number) => (await startTrial(parts, runningNumber(record, number))) as Trial<S>,
    async tell(number, result) {
      await log.catchUp()
      const trial = trialOf(record, { number, who: 'tell' })
      const trialId = record.trialIds[number]
      await log.write(resultOperations(trial, { trialId, result, directions: record.directions, now: log.now() }))
      return record.trials[number]
    },
    enqueueTrial: (params) => enqueue(parts, params as Params),
    setUserAttribute: (key, value) =>
      log.write([{ op_code: opCode.setStudyUserAttribute, study_id: record.id, user_attr: { [key]: value } }]),
    refresh: () => log.catchUp(),
    async setSystemAttribute(number, key, value) {
      const trial_id = record.trialIds[runningNumber(record, number)]
      await log.write([{ op_code: opCode.setTrialSystemAttribute, trial_id, system_attr: { [key]: value } }])
    },
  }
}

/** The number of a trial that is now running and ours: the first enqueued one, or a new one. */
async function nextNumber({ log, record }: Parts): Promise<number> {
  await log.catchUp()
  const datetime_start = timeToText(log.now())
  const waiting = record.trials.find(({ state }) => state === 'waiting')
  if (waiting !== undefined) {
    const state = stateCodes.indexOf('running')
    const trial_id = record.trialIds[waiting.number]
    await log.write([{ op_code: opCode.setTrialStateValues, trial_id, state, values: null, datetime_start }])
    return waiting.number
  }
  await log.write([{ op_code: opCode.createTrial, study_id: record.id, datetime_start }])
  return log.replay.lastCreatedBy(log.workerId)?.number as number
}

function runningNumber(record: StudyRecord, number: number): number {
  const { state } = trialOf(record, { number, who: 'resume' })
  if (state !== 'running') throw new RangeError(`resume: expected trial ${number} to be running, got ${state}`)
  return number
}

/** Proposes and records the declared space, or keeps a proposal ready for a define-by-run objective. */
async function startTrial(parts: Parts, number: number): Promise<Trial> {
  const { log, record, space, sampler } = parts
  const finished = record.trials.filter(isFinished)
  const trial = record.trials[number]
  const fixed = fixedParams(trial)
  // A sampler proposes jointly. After a kill it must see the same question, so values already recorded stay in it.
  const wanted = Object.entries(space ?? intersectionSpace(finished))
  const open = Object.fromEntries(wanted.filter(([name, distribution]) => !(name in fixed) && !isSingle(distribution)))
  const context = { number, space: open, trials: finished, directions: record.directions }
  const proposed = Object.keys(open).length === 0 ? {} : sampler.sample(context)
  const operations = Object.entries(space ?? {})
    .filter(([name]) => !(name in trial.params))
    .map(([name, distribution]): OperationBody => {
      const value = chooseValue(distribution, { fixed: fixed[name], propose: () => proposed[name] })
      return setParamOperation(record.trialIds[number], { name, value, distribution })
    })
  if (operations.length > 0) await log.write(operations)
  const trialParts: TrialParts = { ...parts, number, proposed }
  return liveTrial(trialParts)
}

async function enqueue({ log, record, space }: Parts, params: Params): Promise<void> {
  const unknown = Object.keys(params).find((name) => space !== null && !(name in space))
  if (unknown !== undefined) {
    const names = Object.keys(space ?? {}).join(', ')
    throw new RangeError(`enqueueTrial: expected parameters among ${names}, got '${unknown}'`)
  }
  for (const [name, value] of Object.entries(params)) {
    if (space === null || contains(space[name], value)) continue
    const [expected, got] = [JSON.stringify(space[name]), JSON.stringify(value)]
    throw new RangeError(`enqueueTrial: expected '${name}' within ${expected}, got ${got}`)
  }
  await log.write([
    {
      op_code: opCode.createTrial,
      study_id: record.id,
      datetime_start: null,
      state: stateCodes.indexOf('waiting'),
      value: null,
      values: null,
      distributions: {},
      params: {},
      user_attrs: {},
      system_attrs: { fixed_params: params },
      intermediate_values: {},
    },
  ])
}

function bestOf({ trials, directions }: StudyRecord): FrozenTrial | null {
  if (directions.length !== 1) throw new RangeError(`bestTrial: expected one direction, got ${directions.length}`)
  const sign = directions[0] === 'maximize' ? 1 : -1
  let best: FrozenTrial | null = null
  for (const trial of trials) {
    if (trial.state !== 'complete' || trial.values === null) continue
    if (best === null || sign * trial.values[0] > sign * (best.value as number)) best = trial
  }
  return best
}
