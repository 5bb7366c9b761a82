import { expect, test } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { runApp } from './run-app.ts'

test('config prints the configuration with every default', async () => {
  const { code, stdout } = await runApp(['config'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual(parseConfig({}, 'test'))
})

test.concurrent.each([
  [['run', '--data', '/data'], "error: required option '--out <dir>' not specified"],
  [['run', '--data', '/data', '--out', '/out', '--backend', 'gpu'], "argument 'gpu' is invalid. Allowed choices are"],
  [['train'], "error: unknown command 'train'"],
])('%j is refused with the reason and the help', async (args, reason) => {
  const { code, stdout, stderr } = await runApp(args)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(reason)
  expect(stderr).toContain('Usage: proxy-hpo')
})
