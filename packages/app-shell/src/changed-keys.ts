/**
 * Where two configurations differ, as paths of keys.
 *
 * @module
 */

/**
 * The paths of the keys whose values differ, for a message when a run folder is opened with another configuration.
 * Arrays and plain values are compared whole; the order of keys does not count; a key that one side lacks differs.
 */
export function changedKeys(before: unknown, after: unknown, path = ''): string[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => changedKeys(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
