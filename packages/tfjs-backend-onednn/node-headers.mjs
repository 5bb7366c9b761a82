/**
 * Where the headers of Node lie, which the addon is compiled with.
 *
 * They often lie beside Node: in the prefix of an installed Node, in the npm package `node`, or in /usr. Node-API is
 * stable, so those of any Node >= 20 do.
 */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder that holds include/node/node_api.h, or undefined. */
export function nodeHeaders() {
  const prefix = dirname(dirname(realpathSync(process.execPath)))
  const bundled = join(prefix, 'node_modules', `node-${process.platform}-${process.arch}`)
  return [prefix, bundled, '/usr'].find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
}
