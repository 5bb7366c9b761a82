/**
 * How a trial starts: it gets a number, and settings as far as they can be proposed before it runs.
 *
 * @module
 */
import { contains, isSingle, type Params, type Space } from './distribution.ts'
import { opCode, stateCodes, type OperationBody } from './operation.ts'
import { timeToText } from './optuna-json.ts'
import { type SampleContext } from './sampler.ts'
import { sampleContext, type AskOptions, type StudyParts } from './study-parts.ts'
import { trialOf } from './study-log.ts'
import { chooseValue, fixedParams, liveTrial, setParamOperation, type Trial } from './trial.ts'

/** The number of a trial that is now running and ours: the first enqueued one, or a new one. */
export async function nextNumber({ log, record }: StudyParts): Promise<number> {
  for (;;) {
    let claimed: number | null = null
    const number = await log.transact(
      () => {
        claimed = record.index.firstWaiting()
        const datetime_start = timeToText(log.now())
        if (claimed === null) return [{ op_code: opCode.createTrial, study_id: record.id, datetime_start }]
        const state = stateCodes.indexOf('running')
        const trial_id = record.trialIds[claimed]
        return [{ op_code: opCode.setTrialStateValues, trial_id, state, values: null, datetime_start }]
      },
      () => claimed ?? (log.replay.lastCreatedBy(log.workerId)?.number as number),
    )
    // Another process may have claimed the same waiting trial a moment earlier.
    if (claimed === null || record.index.ownerOf(number) === log.workerId) return number
  }
}

/** The number, if its trial is running. */
export function runningNumber({ record }: StudyParts, { number, who }: { number: number; who: string }): number {
  const { state } = trialOf(record, { number, who })
  if (state !== 'running') throw new RangeError(`${who}: expected trial ${number} to be running, got ${state}`)
  return number
}

/** Proposes and records the declared space, or keeps a proposal ready for a define-by-run objective. */
export async function startTrial(parts: StudyParts, { number, lag }: AskOptions & { number: number }): Promise<Trial> {
  await markTrial(parts, { number, lag })
  const { log, record, space } = parts
  const trial = record.trials[number]
  const proposed = propose(parts, { number, lag })
  const fixed = fixedParams(trial)
  const operations = Object.entries(space ?? {})
    .filter(([name]) => !(name in trial.params))
    .map(([name, distribution]): OperationBody => {
      const value = chooseValue(distribution, { fixed: fixed[name], propose: () => proposed[name] })
      return setParamOperation(record.trialIds[number], { name, value, distribution })
    })
  if (operations.length > 0) await log.write(operations)
  return liveTrial({ ...parts, number, proposed, lag })
}

/** Records what the sampler wants to find on the trial again, unless an earlier attempt did. */
async function markTrial(parts: StudyParts, { number, lag }: AskOptions & { number: number }): Promise<void> {
  const { log, record, sampler } = parts
  if (sampler.mark === undefined) return
  const marks = sampler.mark(jointContext(parts, { number, lag }))
  const operations = Object.entries(marks)
    .filter(([key]) => !(key in record.trials[number].systemAttributes))
    .map(([key, value]): OperationBody => ({
      op_code: opCode.setTrialSystemAttribute,
      trial_id: record.trialIds[number],
      system_attr: { [key]: value },
    }))
  if (operations.length > 0) await log.write(operations)
}

/**
 * A joint proposal. After a kill a sampler must see the same question, so values already recorded stay in it; those that
 * whoever enqueued the trial has fixed stay too, and are not taken from the answer.
 */
function propose(parts: StudyParts, asking: AskOptions & { number: number }): Params {
  const context = jointContext(parts, asking)
  const fixed = fixedParams(parts.record.trials[asking.number])
  const isOpen = Object.entries(context.space).some(([name, each]) => !(name in fixed && contains(each, fixed[name])))
  return isOpen ? parts.sampler.sample(context) : {}
}

function jointContext(parts: StudyParts, { number, lag }: AskOptions & { number: number }): SampleContext {
  const { space, sampler, seenSpaces } = parts
  const context = sampleContext(parts, { number, space: {}, independent: false, lag })
  if (space === null) seenSpaces.follow(context.trials)
  const joint = (): Space =>
    sampler.jointSpace === 'union' ? (Object.assign({}, ...seenSpaces.groups()) as Space) : seenSpaces.intersection()
  const open = Object.entries(space ?? joint()).filter(([, distribution]) => !isSingle(distribution))
  return { ...context, space: Object.fromEntries(open) }
}
