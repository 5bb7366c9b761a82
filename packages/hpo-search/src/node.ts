/**
 * What needs Node: journals in files, trials in child processes and programs.
 *
 * @module
 */
export { type AttemptLimits } from './node/attempt-limits.ts'
export { commandExecutor, type CommandExecutorOptions } from './node/command-executor.ts'
export { coreShare, type CoreShareOptions } from './node/core-share.ts'
export { journalStorage } from './node/journal-storage.ts'
export { processExecutor, type ProcessExecutorOptions } from './node/process-executor.ts'
