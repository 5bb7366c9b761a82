/**
 * Numbers and tables of Markdown, as the results page and the terminal show them.
 *
 * @module
 */

/** A number with fixed digits; a dash for what is not defined. */
export function number(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}

/** A difference with its sign. */
export function signed(value: number | null, digits: number): string {
  return value !== null && value > 0 ? `+${number(value, digits)}` : number(value, digits).replace('-', '−')
}

/** `0.71 (0.68 to 0.73)` */
export function interval(
  { estimate, low, high }: { readonly estimate: number; readonly low: number; readonly high: number },
  digits: number,
): string {
  return `${number(estimate, digits)} (${number(low, digits)} to ${number(high, digits)})`
}

/** A p-value: three digits, or that it is below them. */
export function pValue(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–'
  return value < 0.001 ? '< 0.001' : value.toFixed(3)
}

export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)]
}
