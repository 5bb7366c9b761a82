#!/usr/bin/env node
/**
 * The command line: `study create | run | serve | worker | status | export | plot`.
 *
 * Exit codes: 0 done, 1 bad input or failure (one line on standard error), 130 interrupted (start again to go on).
 *
 * @module
 */
import { enableCompileCache } from 'node:module'

// What Node compiled before is read from its cache in the temporary folder (NODE_DISABLE_COMPILE_CACHE=1 turns that off), so
// everything else is loaded after this: a command then starts in a third of the time.
enableCompileCache()
const [{ endCommand }, { program }] = await Promise.all([import('@leanvox/app-shell'), import('./program.ts')])

await endCommand(
  'study',
  program(process.argv.slice(2)).then((command) => command.parseAsync()),
)
