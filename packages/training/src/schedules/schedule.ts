/**
 * A learning-rate schedule is a pure function of progress, so resuming needs no scheduler state.
 *
 * @module
 */

/**
 * The factor on the base learning rate at `progress`, the share of all steps already taken, in [0, 1].
 *
 * @throws RangeError outside [0, 1]
 */
export type Schedule = (progress: number) => number

/** The same schedule that refuses progress outside [0, 1]; `caller` names it in the error. */
export function checkedSchedule(caller: string, schedule: Schedule): Schedule {
  return (progress) => {
    if (!(progress >= 0 && progress <= 1)) {
      throw new RangeError(`${caller}: expected a progress in [0, 1], got ${progress}`)
    }
    return schedule(progress)
  }
}
