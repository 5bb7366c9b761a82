/**
 * A study as plain values: what `describeStudy` of `@leanvox/hpo-search` gives, and anyone else may.
 *
 * @module
 */

export type TrialState = 'running' | 'complete' | 'pruned' | 'fail' | 'waiting'

/** An axis of a figure: a range (half a step beyond the ends of a grid), or choices by name. */
export interface StudyAxis {
  readonly name: string
  readonly kind: 'number' | 'choice'
  readonly log: boolean
  readonly low: number
  readonly high: number
  readonly step: number | null
  readonly choices: readonly string[]
}

export interface StudyHistoryEntry {
  readonly number: number
  readonly value: number
  readonly best: number | null
  readonly feasible: boolean
}

export interface StudyImportance {
  readonly parameter: string
  /** A share: all together 1. */
  readonly importance: number
}

export interface StudySlice {
  readonly axis: StudyAxis
  readonly points: readonly { readonly number: number; readonly x: number | string; readonly value: number }[]
}

export interface StudyContour {
  readonly x: StudyAxis
  readonly y: StudyAxis
  readonly points: readonly {
    readonly number: number
    readonly x: number | string
    readonly y: number | string
    /** 0 best, 1 worst. */
    readonly rank: number
    readonly value: number
  }[]
  /** Row after row from low y, cells equally wide on the axes' own scales. */
  readonly surface: { readonly columns: number; readonly rows: number; readonly values: readonly number[] }
}

export interface StudyParallel {
  readonly axes: readonly StudyAxis[]
  readonly lines: readonly {
    readonly number: number
    readonly value: number
    /** From 0 to 1 on each axis; null where a trial has no such parameter. */
    readonly positions: readonly (number | null)[]
  }[]
}

export interface StudyParetoPoint {
  readonly number: number
  readonly values: readonly number[]
  readonly onFront: boolean
  readonly feasible: boolean
}

export interface StudyCurve {
  readonly number: number
  readonly state: TrialState
  readonly points: readonly { readonly step: number; readonly value: number | null }[]
}

export interface StudyBar {
  readonly number: number
  readonly state: TrialState
  /** Seconds from the start of the study. */
  readonly start: number
  readonly end: number
}

export interface StudyObjective {
  readonly name: string
  readonly direction: 'minimize' | 'maximize'
  readonly history: readonly StudyHistoryEntry[]
  readonly importances: readonly StudyImportance[]
  readonly slices: readonly StudySlice[]
  readonly contours: readonly StudyContour[]
  readonly parallel: StudyParallel
  /** Share of trials with at most each value. */
  readonly distribution: readonly { readonly value: number; readonly share: number }[]
}

export interface StudyValues {
  readonly name: string
  readonly counts: Readonly<Record<TrialState, number>>
  readonly objectives: readonly StudyObjective[]
  readonly best: readonly {
    readonly number: number
    readonly values: readonly number[] | null
    readonly params: Readonly<Record<string, number | string | boolean | null>>
  }[]
  readonly pareto: readonly StudyParetoPoint[]
  readonly curves: readonly StudyCurve[]
  readonly timeline: readonly StudyBar[]
}
