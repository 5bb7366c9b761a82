/**
 * A JSON value against a zod schema: the value with its defaults filled in, or one line that names every wrong key with
 * what was expected and what was found.
 *
 * @module
 */
import type { z } from 'zod'
import { ConfigError } from './config-error.ts'

/**
 * Checks `value` and fills in the defaults.
 *
 * @param source what to call the configuration in messages: a file path or an option's name
 * @throws ConfigError listing each key with what was expected and found
 */
export function checkConfig<S extends z.ZodType>(schema: S, value: unknown, source: string): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (!parsed.success) throw new ConfigError(`${source}: ${parsed.error.issues.map(describe).join('; ')}`)
  return parsed.data
}

/**
 * Refuses a split that leaves nothing to train on.
 *
 * @throws ConfigError naming both shares
 */
export function checkSplit(
  { validation, test }: { readonly validation: number; readonly test: number },
  source: string,
): void {
  if (validation + test >= 1) {
    throw new ConfigError(`${source}: split: expected validation + test below 1, got ${validation} + ${test}`)
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const where = issue.path.join('.')
  const prefix = where === '' ? '' : `${where}: `
  if (issue.code === 'unrecognized_keys') {
    return `${prefix}unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`
  }
  // zod: "Invalid input: expected number, received string", "Too small: expected number to be >0".
  const expected = issue.message.replace(/^[^:.]+[:.] (?=expected)/i, '').replace(/, received .*$/, '')
  return `${prefix}${expected.replace(/^E/, 'e')}, got ${textOf(issue.input)}`
}

/** A value as JSON has it, and what JSON has not. */
function textOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}
