/**
 * Settings put in a queue, to be tried before the sampler proposes further ones.
 *
 * As in Optuna a queued trial is one in state `waiting` whose settings are in the system attribute `fixed_params`.
 *
 * @module
 */
import { contains, type Params } from './distribution.ts'
import { type Attributes, type FrozenTrial } from './frozen-trial.ts'
import { opCode, stateCodes } from './operation.ts'
import { type StudyParts } from './study-parts.ts'
import { fixedParams } from './trial.ts'

export interface EnqueueOptions {
  readonly userAttributes?: Attributes
  /** Does nothing when a trial with these very settings is queued, running or finished already. Default false. */
  readonly skipIfExists?: boolean
}

/**
 * Queues a trial; see `Study.enqueueTrial`.
 *
 * @throws RangeError for a parameter that the declared space does not have, or a value outside of it
 */
export async function enqueueTrial(
  { log, record, space }: StudyParts,
  { params, userAttributes = {}, skipIfExists = false }: EnqueueOptions & { params: Params },
): Promise<void> {
  checkParams(space, params)
  const operation = {
    op_code: opCode.createTrial,
    study_id: record.id,
    datetime_start: null,
    state: stateCodes.indexOf('waiting'),
    value: null,
    values: null,
    distributions: {},
    params: {},
    user_attrs: userAttributes,
    system_attrs: { fixed_params: params },
    intermediate_values: {},
  }
  await log.transact(
    () => (skipIfExists && record.trials.some((trial) => hasSettings(trial, params)) ? [] : [operation]),
    () => undefined,
  )
}

function checkParams(space: StudyParts['space'], params: Params): void {
  if (space === null) return
  const unknown = Object.keys(params).find((name) => !(name in space))
  if (unknown !== undefined) {
    throw new RangeError(`enqueueTrial: expected parameters among ${Object.keys(space).join(', ')}, got '${unknown}'`)
  }
  for (const [name, value] of Object.entries(params)) {
    if (contains(space[name], value)) continue
    const [expected, got] = [JSON.stringify(space[name]), JSON.stringify(value)]
    throw new RangeError(`enqueueTrial: expected '${name}' within ${expected}, got ${got}`)
  }
}

function hasSettings(trial: FrozenTrial, params: Params): boolean {
  const own = trial.state === 'waiting' ? fixedParams(trial) : trial.params
  const names = Object.keys(own)
  return (
    names.length === Object.keys(params).length && names.every((name) => name in params && own[name] === params[name])
  )
}
