import { expect, test } from 'vitest'
import * as shell from './index.ts'

test('exports exactly these names', () => {
  expect(Object.keys(shell).toSorted()).toMatchInlineSnapshot(`
    [
      "ConfigError",
      "backendOption",
      "changedKeys",
      "checkConfig",
      "commandLine",
      "createProgress",
      "currentCommit",
      "endCommand",
      "openRunFolder",
      "printLine",
      "readConfigFile",
      "readStoredConfig",
      "recordEnvironment",
      "runInFolder",
      "silentProgress",
    ]
  `)
})
