/**
 * Builds the addon with node-gyp: `npm run build:native`, under a minute.
 *
 * node-gyp downloads the headers of the running Node unless it is told where they are.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { nodeHeaders } from './node-headers.mjs'

const require = createRequire(import.meta.url)
const environment = { ...process.env }
const folder = nodeHeaders()
if (environment.npm_config_nodedir === undefined && folder !== undefined) environment.npm_config_nodedir = folder
const gyp = require.resolve('node-gyp/bin/node-gyp.js')
const { status } = spawnSync(process.execPath, [gyp, 'rebuild', ...process.argv.slice(2)], {
  cwd: import.meta.dirname,
  env: environment,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
