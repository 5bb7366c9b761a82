#!/usr/bin/env node
/**
 * The `leanvox` command.
 *
 * @module
 */
import { run } from './program.ts'

process.exitCode = await run(process.argv.slice(2), {
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
})
