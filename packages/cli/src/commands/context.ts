/**
 * What a command is given: where to write, and how to say how it ended.
 *
 * Each command is one file of this folder that exports a function from a context to commander's `Command`; program.ts
 * lists them.
 *
 * @module
 */

/** Where a command writes. */
export interface Output {
  /** Results: standard output. */
  write(text: string): void
  /** Progress and complaints: standard error. Left out, they go where the results go. */
  writeError?(text: string): void
}

/** An output, and the exit code to be. */
export interface CommandContext {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  /** 0 done (the default), 1 a problem was found or the work failed, 2 the words or their files were not understood. */
  readonly exitWith: (code: 0 | 1 | 2) => void
}
