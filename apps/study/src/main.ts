#!/usr/bin/env node
/**
 * The command line: `study create | run | serve | worker | status | export | plot`.
 *
 * Exit codes: 0 done, 1 bad input or failure (one line on standard error), 130 interrupted (start again to go on).
 *
 * @module
 */
import { endCommand } from '@leanvox/app-shell'
import { program } from './program.ts'

await endCommand(
  'study',
  program(process.argv.slice(2)).then((command) => command.parseAsync()),
)
