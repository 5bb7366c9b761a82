/**
 * From the journal's records to studies and trials.
 *
 * The rules are those of Optuna's JournalStorage, so that both read the same studies from the same file: a second study
 * of one name, a change of a finished trial and an incompatible distribution are ignored in the log (the writer is told
 * beforehand). Trials are replaced, never changed, so values handed out stay as they were.
 *
 * @module
 */
import { areCompatible, type Distribution, type ParamValue } from './distribution.ts'
import { isFinished, onlyValue, type Attributes, type Direction, type FrozenTrial } from './frozen-trial.ts'
import { directionCodes, stateCodes, type CreateTrialOperation, type Operation } from './operation.ts'
import { distributionFromJson, timeFromText } from './optuna-json.ts'
import { createStudyIndex, type StudyIndex } from './study-index.ts'
import { fromInternal } from './units.ts'

/** A study as recorded. */
export interface StudyRecord {
  readonly id: number
  readonly name: string
  readonly directions: readonly Direction[]
  userAttributes: Attributes
  systemAttributes: Attributes
  /** In order of their numbers. */
  readonly trials: FrozenTrial[]
  /** The journal-wide id of each trial, by number. */
  readonly trialIds: number[]
  /** The first distribution recorded for each parameter. */
  readonly distributions: Map<string, Distribution>
  /** Kept up with every change of a trial, so that no question walks over all trials. */
  readonly index: StudyIndex
}

/** All studies of a journal; `apply` moves it on by one record. */
export interface Replay {
  readonly studies: ReadonlyMap<number, StudyRecord>
  /** Number of records applied. */
  readonly length: number
  /** The number of the trial most recently created by a worker, in the study it was created in. */
  lastCreatedBy(workerId: string): { readonly studyId: number; readonly number: number } | undefined
  apply(operation: Operation): void
  /**
   * Runs `read`, which applies records in one go: nobody sees the trials it creates before it ends, so those are filled
   * in place instead of being replaced with every record.
   */
  batch<T>(read: () => Promise<T>): Promise<T>
}

interface State {
  /** Trials from this place on were created in the batch that is being read, and may be changed in place. */
  unseenFrom: number
  readonly studies: Map<number, StudyRecord>
  readonly places: { readonly study: StudyRecord; readonly number: number }[]
  readonly created: Map<string, { readonly studyId: number; readonly number: number }>
  /** Texts of distributions repeat with every trial; each is read once. */
  readonly distributions: Map<string, Distribution>
  studyCount: number
}

/** An empty replay. */
export function createReplay(): Replay {
  const state: State = {
    studies: new Map(),
    places: [],
    created: new Map(),
    distributions: new Map(),
    studyCount: 0,
    unseenFrom: Infinity,
  }
  let length = 0
  return {
    studies: state.studies,
    get length() {
      return length
    },
    lastCreatedBy: (workerId) => state.created.get(workerId),
    apply(operation) {
      length++
      applyTo(state, operation)
    },
    async batch(read) {
      state.unseenFrom = state.places.length
      try {
        return await read()
      } finally {
        state.unseenFrom = Infinity
      }
    },
  }
}

function applyTo(state: State, operation: Operation): void {
  switch (operation.op_code) {
    case 0:
      return createStudy(state, operation)
    case 1:
      return void state.studies.delete(operation.study_id)
    case 2:
      return mergeStudy(state, { id: operation.study_id, key: 'userAttributes', attribute: operation.user_attr })
    case 3:
      return mergeStudy(state, { id: operation.study_id, key: 'systemAttributes', attribute: operation.system_attr })
    case 4:
      return createTrial(state, operation)
    case 10:
      return
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      return changeTrial(state, operation)
    default:
      throw new RangeError(`journal: expected an operation code from 0 to 10, got ${JSON.stringify(operation)}`)
  }
}

function createStudy(state: State, { study_name: name, directions }: Extract<Operation, { op_code: 0 }>): void {
  if ([...state.studies.values()].some((study) => study.name === name)) return
  const id = state.studyCount++
  state.studies.set(id, {
    id,
    name,
    directions: directions.map((code) => (directionCodes[code] === 'maximize' ? 'maximize' : 'minimize')),
    userAttributes: {},
    systemAttributes: {},
    trials: [],
    trialIds: [],
    distributions: new Map(),
    index: createStudyIndex(),
  })
}

function mergeStudy(
  state: State,
  { id, key, attribute }: { id: number; key: 'userAttributes' | 'systemAttributes'; attribute: Attributes },
): void {
  const study = state.studies.get(id)
  if (study !== undefined) study[key] = { ...study[key], ...attribute }
}

function createTrial(state: State, operation: CreateTrialOperation & { worker_id: string }): void {
  const study = state.studies.get(operation.study_id)
  if (study === undefined) return
  const number = study.trials.length
  const trial = newTrial(number, { operation, read: (text) => readDistribution(state, text) })
  for (const [name, distribution] of Object.entries(trial.distributions)) noteDistribution(study, name, distribution)
  study.trialIds.push(state.places.length)
  study.trials.push(trial)
  study.index.note(trial, operation.worker_id)
  state.places.push({ study, number })
  state.created.set(operation.worker_id, { studyId: study.id, number })
}

function newTrial(
  number: number,
  { operation, read }: { operation: CreateTrialOperation; read: (text: string) => Distribution },
): FrozenTrial {
  const distributions = mapValues(operation.distributions, read)
  const values = operation.values ?? (typeof operation.value === 'number' ? [operation.value] : null)
  return {
    number,
    state: stateCodes[operation.state ?? 0],
    params: mapValues(operation.params, (internal, name): ParamValue => fromInternal(distributions[name], internal)),
    distributions,
    values,
    value: onlyValue(values),
    intermediateValues: new Map(
      Object.entries(operation.intermediate_values ?? {}).map(([step, reported]) => [Number(step), reported]),
    ),
    userAttributes: operation.user_attrs ?? {},
    systemAttributes: operation.system_attrs ?? {},
    startedAt: timeFromText(operation.datetime_start),
    completedAt: timeFromText(operation.datetime_complete),
  }
}

type TrialOperation = Extract<Operation, { op_code: 5 | 6 | 7 | 8 | 9 }>

function changeTrial(state: State, operation: TrialOperation): void {
  const place = state.places[operation.trial_id]
  const trial = place?.study.trials[place.number]
  if (trial === undefined || isFinished(trial)) return
  // A waiting trial belongs to whoever claimed it first; a second claim changes nothing.
  if (operation.op_code === 6 && stateCodes[operation.state] === 'running' && trial.state !== 'waiting') return
  const changed = changedTrial(trial, { operation, study: place.study, state })
  if (changed === trial) return
  place.study.trials[place.number] = changed
  place.study.index.note(changed, operation.worker_id)
}

function readDistribution(state: State, text: string): Distribution {
  const known = state.distributions.get(text)
  if (known !== undefined) return known
  const distribution = distributionFromJson(text)
  state.distributions.set(text, distribution)
  return distribution
}

function changedTrial(
  trial: FrozenTrial,
  { operation, study, state }: { operation: TrialOperation; study: StudyRecord; state: State },
): FrozenTrial {
  switch (operation.op_code) {
    case 5: {
      const { param_name: name, param_value_internal: internal } = operation
      const distribution = readDistribution(state, operation.distribution)
      if (!noteDistribution(study, name, distribution)) return trial
      const value = fromInternal(distribution, internal)
      if (operation.trial_id >= state.unseenFrom) {
        setField(trial.params, name, value)
        setField(trial.distributions, name, distribution)
        return trial
      }
      return {
        ...trial,
        params: { ...trial.params, [name]: value },
        distributions: { ...trial.distributions, [name]: distribution },
      }
    }
    case 6:
      return withState(trial, operation)
    case 7: {
      const intermediateValues = new Map(trial.intermediateValues).set(operation.step, operation.intermediate_value)
      return { ...trial, intermediateValues }
    }
    case 8:
      return { ...trial, userAttributes: { ...trial.userAttributes, ...operation.user_attr } }
    case 9:
      return { ...trial, systemAttributes: { ...trial.systemAttributes, ...operation.system_attr } }
  }
}

function setField<T>(record: Readonly<Record<string, T>>, name: string, value: T): void {
  const open: Record<string, T> = record
  open[name] = value
}

function withState(trial: FrozenTrial, operation: Extract<Operation, { op_code: 6 }>): FrozenTrial {
  const values = operation.values ?? trial.values
  return {
    ...trial,
    state: stateCodes[operation.state],
    values,
    value: onlyValue(values),
    startedAt: timeFromText(operation.datetime_start) ?? trial.startedAt,
    completedAt: timeFromText(operation.datetime_complete) ?? trial.completedAt,
  }
}

/** Remembers the first distribution of a parameter; false when this one does not fit it. */
function noteDistribution(study: StudyRecord, name: string, distribution: Distribution): boolean {
  const first = study.distributions.get(name)
  if (first === undefined) study.distributions.set(name, distribution)
  return first === undefined || areCompatible(first, distribution)
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>> | undefined,
  map: (value: From, key: string) => To,
): Record<string, To> {
  if (record === undefined) return {}
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}
