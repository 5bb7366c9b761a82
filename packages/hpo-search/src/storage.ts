/**
 * Where a study lives: an append-only log of operations. Everything else is a replay of it.
 *
 * An implementation keeps the order, returns what it was given, and makes an append durable before it resolves. It knows
 * nothing of trials, so a file, an array or a table of rows will do (`@leanvox/hpo-search/testing` holds the contract).
 *
 * @module
 */
import { type Operation } from './operation.ts'
import { copyPlain } from './copy-plain.ts'

export interface Storage {
  /** The operations after the first `from` ones, oldest first; operations of other writers included. */
  read(from: number): Promise<readonly Operation[]>
  /** Adds operations at the end, all in the order given; resolves when they will survive a crash. */
  append(operations: readonly Operation[]): Promise<void>
  /**
   * The same if the log has exactly `position` operations; else it stays as it is and the answer is false. For storages
   * with several writers; without it the order of the log decides between them when it is read.
   */
  appendAt?(position: number, operations: readonly Operation[]): Promise<boolean>
  /**
   * As `read`, handing over one operation after another without waiting in between: a long log is then never whole in
   * memory.
   */
  readEach?(from: number, handle: (operation: Operation) => void): Promise<void>
}

/** A log in memory, gone with the process. */
export function inMemoryStorage(): Storage {
  const log: Operation[] = []
  return {
    read: async (from) => log.slice(from),
    append: async (operations) => void log.push(...copyPlain(operations)),
  }
}
