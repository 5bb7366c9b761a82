/**
 * A running trial: its settings, asked for by name or given at once, its reports, and whether to stop.
 *
 * `suggest*` answers at once and is written to the journal with the next report, prune question or tell; a value is a
 * function of the seed, the number and the finished trials, so one that was lost with a killed process comes out the
 * same when it is asked for again.
 *
 * @module
 */
import {
  areCompatible,
  checkDistribution,
  contains,
  isSingle,
  type Choices,
  type Distribution,
  type FloatRange,
  type IntRange,
  type Params,
  type ParamsOf,
  type ParamValue,
  type SpaceInput,
} from './distribution.ts'
import { lastStep, type Attributes, type FrozenTrial } from './frozen-trial.ts'
import { opCode, type OperationBody } from './operation.ts'
import { distributionToJson } from './optuna-json.ts'
import { type StudyRecord } from './replay.ts'
import { sampleContext, type AskOptions, type StudyParts } from './study-parts.ts'
import { toInternal } from './units.ts'

/** A trial to be run, from `study.ask()`. */
export interface Trial<S extends SpaceInput = SpaceInput> {
  readonly number: number
  /** The values known so far: all of a declared space from the start, others once they were suggested. */
  readonly params: ParamsOf<S>
  suggestFloat(name: string, range: FloatRange): number
  suggestInt(name: string, range: IntRange): number
  suggestCategorical<const Choice extends ParamValue>(name: string, choices: Choices<Choice>): Choice
  /** Records an intermediate value; a step reported again (by a retry) is overwritten. */
  report(value: number, step: number): Promise<void>
  /** The pruner's answer for the step last reported here; false before any. */
  shouldPrune(): Promise<boolean>
  /** Attaches a JSON value to the trial. */
  setUserAttribute(key: string, value: unknown): Promise<void>
  /** Writes what was suggested so far. */
  flush(): Promise<void>
}

/** What a trial works on. */
export interface TrialParts extends StudyParts, AskOptions {
  readonly number: number
  /** Values proposed for this trial as a whole, used when their parameter is asked for. */
  readonly proposed: Params
}

/** A live trial over its record. */
export function liveTrial(parts: TrialParts): Trial {
  const { log, record, number } = parts
  const id = record.trialIds[number]
  const suggestions = createSuggestions(parts)
  let reportedStep: number | null = null
  const flush = async () => {
    const pending = suggestions.takePending()
    if (pending.length > 0) await log.write(pending)
  }
  return {
    number,
    get params() {
      return { ...record.trials[number].params, ...suggestions.values() } as ParamsOf<SpaceInput>
    },
    suggestFloat: (name, range) =>
      suggestions.suggest(name, checkDistribution(name, { type: 'float', ...range })) as number,
    suggestInt: (name, range) =>
      suggestions.suggest(name, checkDistribution(name, { type: 'int', ...range })) as number,
    suggestCategorical: (name, choices) =>
      suggestions.suggest(name, checkDistribution(name, { type: 'categorical', ...choices })) as never,
    async report(value, step) {
      checkReport({ value, step })
      checkRunning(record.trials[number], 'report')
      await flush()
      reportedStep = step
      await recordReport(parts, { value, step })
    },
    async shouldPrune() {
      await flush()
      return judge(parts, reportedStep)
    },
    async setUserAttribute(key, value) {
      checkRunning(record.trials[number], 'setUserAttribute')
      await flush()
      await log.write([{ op_code: opCode.setTrialUserAttribute, trial_id: id, user_attr: { [key]: value } }])
    },
    flush,
  }
}

async function recordReport(
  { log, record, number }: TrialParts,
  { value, step }: { value: number; step: number },
): Promise<void> {
  // A retried trial reports what is already known; the journal need not say it twice.
  if (Object.is(record.trials[number].intermediateValues.get(step), value)) return
  const [op_code, trial_id] = [opCode.setTrialIntermediateValue, record.trialIds[number]]
  await log.write([{ op_code, trial_id, step, intermediate_value: value }])
}

/** Asks the pruner, and records what it wants later trials to know. */
async function judge({ log, record, number, pruner }: TrialParts, step: number | null): Promise<boolean> {
  const trial = upTo(record.trials[number], step)
  if (lastStep(trial) === null) return false
  const { name: studyName, trials, directions, index } = record
  const decision = pruner.shouldPrune({ studyName, trial, trials, finished: index.finished, directions })
  if (typeof decision === 'boolean') return decision
  const { systemAttributes: attributes } = decision
  await log.write(newAttributes(record.trials[number], { id: record.trialIds[number], attributes }))
  return decision.prune
}

/** The operation that records a parameter. */
export function setParamOperation(
  trialId: number,
  { name, value, distribution }: { name: string; value: ParamValue; distribution: Distribution },
): OperationBody {
  return {
    op_code: opCode.setTrialParam,
    trial_id: trialId,
    param_name: name,
    param_value_internal: toInternal(distribution, value),
    distribution: distributionToJson(distribution),
  }
}

/** Values an enqueued trial must take. */
export function fixedParams(trial: FrozenTrial): Params {
  return (trial.systemAttributes['fixed_params'] ?? {}) as Params
}

/** The value of a parameter for a trial: fixed by whoever enqueued it, the only possible one, or as proposed. */
export function chooseValue(
  distribution: Distribution,
  { fixed, propose }: { fixed: ParamValue | undefined; propose: () => ParamValue },
): ParamValue {
  if (fixed !== undefined && contains(distribution, fixed)) return fixed
  if (!isSingle(distribution)) return propose()
  return distribution.type === 'categorical' ? distribution.choices[0] : distribution.low
}

function createSuggestions({ record, number, sampler, pruner, proposed, lag }: TrialParts) {
  const fresh = new Map<string, { value: ParamValue; distribution: Distribution }>()
  let pending: OperationBody[] = []

  function draw(name: string, distribution: Distribution): ParamValue {
    if (name in proposed && contains(distribution, proposed[name])) return proposed[name]
    const question = { number, space: { [name]: distribution }, independent: true, lag }
    return sampler.sample(sampleContext({ record, pruner }, question))[name]
  }

  return {
    values: () => Object.fromEntries([...fresh].map(([name, { value }]) => [name, value])),
    takePending() {
      const taken = pending
      pending = []
      return taken
    },
    suggest(name: string, distribution: Distribution): ParamValue {
      const trial = record.trials[number]
      checkRunning(trial, 'suggest')
      checkCompatible(record, { name, distribution, also: fresh.get(name)?.distribution })
      const known = fresh.get(name)?.value ?? trial.params[name]
      if (known !== undefined) return known
      const value = chooseValue(distribution, {
        fixed: fixedParams(trial)[name],
        propose: () => draw(name, distribution),
      })
      fresh.set(name, { value, distribution })
      pending.push(setParamOperation(record.trialIds[number], { name, value, distribution }))
      return value
    },
  }
}

/**
 * Throws RangeError when a parameter is asked for with another kind, scale or choices than the study has recorded.
 */
export function checkCompatible(
  record: StudyRecord,
  { name, distribution, also }: { name: string; distribution: Distribution; also?: Distribution | undefined },
): void {
  const recorded = record.distributions.get(name) ?? also
  if (recorded === undefined || areCompatible(recorded, distribution)) return
  const [expected, got] = [recorded, distribution].map((value) => JSON.stringify(value))
  throw new RangeError(`parameter '${name}': expected a distribution that fits the recorded ${expected}, got ${got}`)
}

function checkReport({ value, step }: { value: number; step: number }): void {
  if (typeof value !== 'number') throw new TypeError(`report: expected a number, got ${JSON.stringify(value)}`)
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`report: expected a step that is a whole number of at least 0, got ${step}`)
  }
}

function checkRunning(trial: FrozenTrial, who: string): void {
  if (trial.state !== 'running') {
    throw new RangeError(`${who}: expected trial ${trial.number} to be running, got ${trial.state}`)
  }
}

/** System attributes that are not yet recorded; a retried trial comes to the same ones. */
function newAttributes(
  trial: FrozenTrial,
  { id, attributes }: { id: number; attributes: Attributes },
): OperationBody[] {
  return Object.entries(attributes)
    .filter(([key, value]) => !Object.is(trial.systemAttributes[key], value))
    .map(([key, value]) => ({ op_code: opCode.setTrialSystemAttribute, trial_id: id, system_attr: { [key]: value } }))
}

/** The trial as it was at a step: an earlier, killed attempt may have reported further. */
function upTo(trial: FrozenTrial, step: number | null): FrozenTrial {
  const reports = step === null ? [] : [...trial.intermediateValues].filter(([other]) => other <= step)
  return { ...trial, intermediateValues: new Map(reports) }
}
