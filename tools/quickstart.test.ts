import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { quickstartCommand, QUICKSTARTS } from './quickstart.ts'

const app = (args: readonly string[]) => {
  const { main, args: given } = quickstartCommand(args)
  return [basename(dirname(dirname(main))), ...given]
}

test('starts the proxy search unless told otherwise', () => {
  expect(app([])).toEqual(['proxy-hpo', 'quickstart'])
  expect(app(['--out', 'runs/x'])).toEqual(['proxy-hpo', 'quickstart', '--out', 'runs/x'])
})

test('starts the app that is named, with the options after the name', () => {
  expect(app(['sshn', '--backend', 'wasm'])).toEqual(['sshn-pareto', 'quickstart', '--backend', 'wasm'])
  expect(app(['htl'])).toEqual(['htl-localization', 'quickstart'])
})

test('refuses another name with those there are', () => {
  expect(() => quickstartCommand(['proxy'])).toThrow(
    new RangeError('quickstart: expected one of proxy-hpo, sshn, htl, got proxy'),
  )
})

test.each(Object.keys(QUICKSTARTS))('the entry file of %s exists', (name) => {
  expect(existsSync(quickstartCommand([name]).main)).toBe(true)
})
