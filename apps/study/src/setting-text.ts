/**
 * Settings in a line.
 *
 * @module
 */
import type { Params, ParamValue } from '@leanvox/hpo-search'
import { formatNumber } from '@leanvox/report/format'

/** `rate 0.0012, kind adam`. */
export function settingText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ')
}

export function valueText(value: ParamValue): string {
  return typeof value === 'number' ? formatNumber(value) : String(value)
}
