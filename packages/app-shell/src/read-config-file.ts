/**
 * A configuration file with the values of the command line over it. Only reads and joins: checking is `checkConfig`'s.
 *
 * @module
 */
import { resolve } from 'node:path'
import { readJson } from '@leanvox/files'

/** Values of the command line; undefined is an option that was not given, an object goes into the file's block. */
export type GivenValues = Readonly<Record<string, unknown>>

/**
 * The file's value with what was given over it; without a path only what was given. A file that holds no object comes
 * back as it is, for the check to refuse.
 *
 * @throws FileError for a file that is not there or no JSON
 */
export async function readConfigFile(path: string | undefined, given: GivenValues = {}): Promise<unknown> {
  const file = path === undefined ? {} : await readJson(resolve(path))
  // Spread below, anything but an object would pass for an empty one.
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return file
  const base = file as Readonly<Record<string, unknown>>
  const over = Object.entries(given).flatMap(([key, value]): [string, unknown][] => {
    if (!isBlock(value)) return value === undefined ? [] : [[key, value]]
    const block = withoutUndefined(value)
    return Object.keys(block).length === 0 ? [] : [[key, { ...(base[key] as object | undefined), ...block }]]
  })
  return { ...base, ...Object.fromEntries(over) }
}

function isBlock(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
