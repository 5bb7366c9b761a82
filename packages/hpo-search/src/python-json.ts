/**
 * JSON as Python's json module writes it: with the bare words NaN, Infinity and -Infinity.
 *
 * Optuna's journal holds them for diverged objectives, so they are written and read here as well; everything else is
 * plain JSON. Text is scanned for bare words only where they appear, so ordinary lines cost one JSON.parse.
 *
 * @module
 */

const words: Record<string, number> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': -Infinity }
/** A private-use character cannot start a text that was written by anyone else with this meaning. */
const mark = '\uE000leanvox:'
const stringOrWord = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g

/** JSON text in which non-finite numbers are bare words; fields that are undefined are left out. */
export function stringifyPythonJson(value: unknown): string {
  let marked = false
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'number' || Number.isFinite(item)) return item
    marked = true
    return `${mark}${item}`
  })
  return marked ? text.replaceAll(new RegExp(`"${mark}(NaN|-?Infinity)"`, 'g'), '$1') : text
}

/**
 * The value of JSON text that may hold bare words.
 *
 * @throws SyntaxError for text that is not even that
 */
export function parsePythonJson(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) return JSON.parse(text)
  const plain = text.replaceAll(stringOrWord, (match) => (match.startsWith('"') ? match : `"${mark}${match}"`))
  return JSON.parse(plain, (_key, item: unknown) =>
    typeof item === 'string' && item.startsWith(mark) ? words[item.slice(mark.length)] : item,
  )
}
