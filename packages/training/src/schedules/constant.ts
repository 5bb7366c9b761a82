/**
 * The schedule that leaves the learning rate alone.
 *
 * @module
 */
import { checkedSchedule, type Schedule } from './schedule.ts'

/** A factor of 1 at every progress. */
export function constantSchedule(): Schedule {
  return checkedSchedule('constantSchedule', () => 1)
}
