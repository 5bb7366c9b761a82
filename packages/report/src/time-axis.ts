/**
 * Seconds, minutes or hours: the unit in which an axis of seconds is read most easily.
 *
 * @module
 */
export function timeAxis(seconds: readonly number[]): { unit: string; divisor: number } {
  const longest = seconds.reduce((most, value) => Math.max(most, value), 0)
  if (longest >= 2 * 3600) return { unit: 'hours', divisor: 3600 }
  if (longest >= 180) return { unit: 'minutes', divisor: 60 }
  return { unit: 'seconds', divisor: 1 }
}
