/**
 * Values that may carry an interval, and the whiskers that show it.
 *
 * @module
 */
import type { Interval } from './format.ts'
import type { valueAxis } from './axes.ts'

/** A value or interval as plain fields; ends that are not finite are null, which draws no whisker. */
export function whiskerValues(value: number | Interval): { estimate: number; low: number | null; high: number | null } {
  if (typeof value === 'number') return { estimate: value, low: null, high: null }
  const finite = (end: number) => (Number.isFinite(end) ? end : null)
  return { estimate: value.estimate, low: finite(value.low), high: finite(value.high) }
}

/** A vertical rule from `low` to `high`; `x` and the colour come from the caller's encoding. */
export function whiskerLayer<E extends object>(encoding: E, y: ReturnType<typeof valueAxis>) {
  return {
    transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
    mark: { type: 'rule' as const, strokeWidth: 1.6, opacity: 0.8 },
    encoding: { ...encoding, y: { ...y, field: 'low' }, y2: { field: 'high' } },
  }
}
