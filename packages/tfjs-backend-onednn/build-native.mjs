/**
 * Builds the addon with node-gyp: `npm run build:native`, under a minute.
 *
 * node-gyp downloads the headers of the running Node unless it is told where they are. They often lie beside it: in the
 * prefix of an installed Node, in the npm package `node`, or in /usr. Node-API is stable, so those of any Node >= 20 do.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const here = import.meta.dirname
const require = createRequire(import.meta.url)

function headers() {
  const prefix = dirname(dirname(realpathSync(process.execPath)))
  const bundled = join(prefix, 'node_modules', `node-${process.platform}-${process.arch}`)
  return [prefix, bundled, '/usr'].find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
}

const environment = { ...process.env }
const folder = headers()
if (environment.npm_config_nodedir === undefined && folder !== undefined) environment.npm_config_nodedir = folder
const gyp = require.resolve('node-gyp/bin/node-gyp.js')
const { status } = spawnSync(process.execPath, [gyp, 'rebuild', ...process.argv.slice(2)], {
  cwd: here,
  env: environment,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
