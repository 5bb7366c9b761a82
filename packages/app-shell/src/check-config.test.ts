import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkConfig } from './check-config.ts'
import { ConfigError } from './config-error.ts'

const schema = z.strictObject({
  backend: z.enum(['auto', 'cpu']).default('auto'),
  training: z.strictObject({ epochs: z.number().int().positive().default(30) }).prefault({}),
})

test('fills in every default', () => {
  expect(checkConfig(schema, {}, 'x')).toEqual({ backend: 'auto', training: { epochs: 30 } })
})

test.each([
  [{ epocs: 1 }, 'c.json: unknown key "epocs"'],
  [{ training: { epocs: 1 } }, 'c.json: training: unknown key "epocs"'],
  [{ training: { epochs: 0 } }, 'c.json: training.epochs: expected number to be >0, got 0'],
  [{ training: { epochs: 'many' } }, 'c.json: training.epochs: expected number, got "many"'],
  [{ training: { epochs: NaN } }, 'c.json: training.epochs: expected number, got NaN'],
  [[], 'c.json: expected object, got []'],
  [undefined, 'c.json: expected object, got nothing'],
  [{ backend: 'x', a: 1 }, 'c.json: backend: expected one of "auto"|"cpu", got "x"; unknown key "a"'],
])('refuses %j, naming key, expectation and value', (value, message) => {
  expect(() => checkConfig(schema, value, 'c.json')).toThrow(new ConfigError(message))
})
