/**
 * One record of a journal as a line of text, and back, with a check of the fields its operation needs.
 *
 * A journal may have been edited by hand: a line that is JSON but no record is refused here, where its number is known.
 *
 * @module
 */
import { opCode, stateCodes, type Operation } from './operation.ts'
import { parsePythonJson, stringifyPythonJson } from './python-json.ts'

/** The line of a record, without its newline. */
export function operationToText(operation: Operation): string {
  return stringifyPythonJson(operation)
}

/**
 * The record of a line.
 *
 * @throws SyntaxError for text that is no JSON or no record
 */
export function operationFromText(line: string): Operation {
  const record = parsePythonJson(line) as Record<string, unknown> | null
  if (typeof record !== 'object' || record === null || typeof record['op_code'] !== 'number') {
    throw new SyntaxError('expected a record with an op_code')
  }
  const wrong = wrongField(record)
  if (wrong !== null) throw new SyntaxError(`expected ${wrong} in a record of op_code ${record['op_code']}`)
  return record as unknown as Operation
}

/** The first field that is missing or of another kind, or null. An unknown operation is left to the replay. */
function wrongField(record: Record<string, unknown>): string | null {
  switch (record['op_code']) {
    case opCode.createStudy:
      if (typeof record['study_name'] !== 'string') return 'study_name'
      return Array.isArray(record['directions']) ? null : 'directions'
    case opCode.deleteStudy:
      return isIndex(record['study_id']) ? null : 'study_id'
    case opCode.setStudyUserAttribute:
      return wrongAttribute(record, { id: 'study_id', key: 'user_attr' })
    case opCode.setStudySystemAttribute:
      return wrongAttribute(record, { id: 'study_id', key: 'system_attr' })
    case opCode.createTrial:
      return isIndex(record['study_id']) ? null : 'study_id'
    case opCode.setTrialParam:
      if (!isIndex(record['trial_id'])) return 'trial_id'
      if (typeof record['param_name'] !== 'string') return 'param_name'
      if (typeof record['param_value_internal'] !== 'number') return 'param_value_internal'
      return typeof record['distribution'] === 'string' ? null : 'distribution'
    case opCode.setTrialStateValues:
      if (!isIndex(record['trial_id'])) return 'trial_id'
      return stateCodes[record['state'] as number] === undefined ? 'state' : null
    case opCode.setTrialIntermediateValue:
      if (!isIndex(record['trial_id'])) return 'trial_id'
      if (!Number.isInteger(record['step'])) return 'step'
      return typeof record['intermediate_value'] === 'number' ? null : 'intermediate_value'
    case opCode.setTrialUserAttribute:
      return wrongAttribute(record, { id: 'trial_id', key: 'user_attr' })
    case opCode.setTrialSystemAttribute:
      return wrongAttribute(record, { id: 'trial_id', key: 'system_attr' })
    default:
      return null
  }
}

function wrongAttribute(record: Record<string, unknown>, { id, key }: { id: string; key: string }): string | null {
  if (!isIndex(record[id])) return id
  return typeof record[key] === 'object' && record[key] !== null ? null : key
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
