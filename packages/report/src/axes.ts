/**
 * Axes that several figures share.
 *
 * @module
 */

/** A vertical axis that need not start at zero: Dice and correlations live in a narrow band. */
export function valueAxis(field: string, title: string) {
  return {
    field,
    type: 'quantitative' as const,
    title,
    scale: { zero: false, nice: true },
    axis: { tickCount: 5 },
  }
}

export interface LogAxisOptions {
  readonly title: string
  readonly format: string
}

/** A logarithmic horizontal axis around the values, with room for marks at both ends and ticks at 1, 2 and 5. */
export function logAxis(field: string, values: readonly number[], { title, format }: LogAxisOptions) {
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const room = high > low ? Math.max(1.08, (high / low) ** 0.15) : 1.5
  const domain = [low / room, high * room]
  return {
    field,
    type: 'quantitative' as const,
    title,
    scale: { type: 'log' as const, domain, nice: false },
    axis: { grid: false, format, values: logTicks(domain) },
  }
}

/**
 * The numbers 1, 2 and 5 times a power of ten within the range; only the powers when it spans four or more, and the
 * numbers between too when it spans less than a factor of four, which could else hold no tick at all.
 */
export function logTicks([low, high]: readonly number[]): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, i) => i)
  const steps = logSteps(high / low)
  return powers
    .flatMap((i) => steps.map((step) => Number(`${step}e${Math.floor(Math.log10(low)) + i}`)))
    .filter((tick) => tick >= low && tick <= high)
}

function logSteps(span: number): number[] {
  if (span >= 1e4) return [1]
  return span < 4 ? [1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8] : [1, 2, 5]
}

/** Seconds, minutes or hours: the unit in which an axis of seconds is read most easily. */
export function timeUnit(seconds: readonly number[]): { unit: string; divisor: number } {
  const longest = seconds.reduce((most, value) => Math.max(most, value), 0)
  if (longest >= 2 * 3600) return { unit: 'hours', divisor: 3600 }
  if (longest >= 180) return { unit: 'minutes', divisor: 60 }
  return { unit: 'seconds', divisor: 1 }
}
