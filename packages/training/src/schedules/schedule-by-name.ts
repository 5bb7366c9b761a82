/**
 * A schedule from its name and options, as a configuration file gives them.
 *
 * @module
 */
import { constantSchedule } from './constant.ts'
import { cosineSchedule, type CosineOptions } from './cosine.ts'
import { polySchedule, type PolyOptions } from './poly.ts'
import type { Schedule } from './schedule.ts'

/** The options that each name takes. */
export interface ScheduleOptions {
  readonly constant: Record<never, never>
  readonly poly: PolyOptions
  readonly cosine: CosineOptions
}

export type ScheduleName = keyof ScheduleOptions

type ScheduleMakers = { readonly [Name in ScheduleName]: (options: ScheduleOptions[Name]) => Schedule }

const MAKERS: ScheduleMakers = { constant: constantSchedule, poly: polySchedule, cosine: cosineSchedule }

/**
 * The schedule called `name`.
 *
 * @throws RangeError naming the known schedules for another name
 */
export function scheduleByName<Name extends ScheduleName>(name: Name, options: ScheduleOptions[Name] = {}): Schedule {
  if (!Object.hasOwn(MAKERS, name)) {
    throw new RangeError(`scheduleByName: expected one of ${Object.keys(MAKERS).join(', ')}, got ${name}`)
  }
  return MAKERS[name](options)
}
