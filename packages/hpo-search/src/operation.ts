/**
 * The records of a journal: what happened to studies and trials, in order, with the field names of Optuna 5.
 *
 * Studies and trials are counted over the whole journal (`study_id`, `trial_id`); a trial's number is its place within
 * its study. Everything known about a study is a replay of these records.
 *
 * @module
 */

/** Optuna's operation codes. */
export const opCode = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParam: 5,
  setTrialStateValues: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
  discardTrials: 10,
} as const

/** Optuna's numbers of states and directions. */
export const stateCodes = ['running', 'complete', 'pruned', 'fail', 'waiting'] as const
export const directionCodes = ['not-set', 'minimize', 'maximize'] as const

type Attribute = Readonly<Record<string, unknown>>

/** What happened, without who wrote it. */
export type OperationBody =
  | { readonly op_code: 0; readonly study_name: string; readonly directions: readonly number[] }
  | { readonly op_code: 1; readonly study_id: number }
  | { readonly op_code: 2; readonly study_id: number; readonly user_attr: Attribute }
  | { readonly op_code: 3; readonly study_id: number; readonly system_attr: Attribute }
  | CreateTrialOperation
  | {
      readonly op_code: 5
      readonly trial_id: number
      readonly param_name: string
      readonly param_value_internal: number
      readonly distribution: string
    }
  | SetStateOperation
  | { readonly op_code: 7; readonly trial_id: number; readonly step: number; readonly intermediate_value: number }
  | { readonly op_code: 8; readonly trial_id: number; readonly user_attr: Attribute }
  | { readonly op_code: 9; readonly trial_id: number; readonly system_attr: Attribute }
  | { readonly op_code: 10 }

export interface CreateTrialOperation {
  readonly op_code: 4
  readonly study_id: number
  readonly datetime_start: string | null
  readonly datetime_complete?: string
  readonly state?: number
  readonly value?: number | null
  readonly values?: readonly number[] | null
  readonly distributions?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, number>>
  readonly user_attrs?: Attribute
  readonly system_attrs?: Attribute
  readonly intermediate_values?: Readonly<Record<string, number>>
}

export interface SetStateOperation {
  readonly op_code: 6
  readonly trial_id: number
  readonly state: number
  readonly values: readonly number[] | null
  readonly datetime_start?: string
  readonly datetime_complete?: string
}

/** One record of a journal. */
export type Operation = OperationBody & { readonly worker_id: string }
