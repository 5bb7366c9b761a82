import { expect, test } from 'vitest'
import * as shell from './index.ts'

test('exports exactly these names', () => {
  expect(Object.keys(shell).toSorted()).toMatchInlineSnapshot(`
    [
      "ConfigError",
      "backendOption",
      "changedKeys",
      "checkConfig",
      "checkSplit",
      "commandLine",
      "configCommand",
      "createProgress",
      "currentCommit",
      "endCommand",
      "exportCommand",
      "openRunFolder",
      "printLine",
      "readConfigFile",
      "readIfThere",
      "readStoredConfig",
      "recordEnvironment",
      "reportCommand",
      "runInFolder",
      "silentProgress",
    ]
  `)
})
