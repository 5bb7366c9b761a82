/**
 * What needs Node: journals in files and trials in child processes.
 *
 * @module
 */
export { journalStorage } from './node/journal-storage.ts'
export { processExecutor, type ProcessExecutorOptions } from './node/process-executor.ts'
