/**
 * Waiting for a database that is gone for a while: which errors mean that, and trying again until it is back.
 *
 * A restart (57P01-57P03), a refused or broken connection, a name that does not resolve, a connection that stopped
 * answering, too many clients, and a lost race between transactions (40001, 40P01) pass; everything else is an error of
 * the statement and is thrown at once.
 *
 * @module
 */

const passingCodes = new Set([
  ...['57P01', '57P02', '57P03', '53300', '40001', '40P01'],
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENETDOWN',
  ],
])
const passingMessage = /connection terminated|timeout|connection ended|connection error|not queryable/i

/** Whether trying again later may help: the database is not there, was restarted, or the network broke. */
export function isUnreachable(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string }
  if (typeof code === 'string' && code !== '') return passingCodes.has(code) || code.startsWith('08')
  return passingMessage.test(message)
}

/** How long to wait for a database. */
export interface Patience {
  /** After so long without an answer the error is thrown. Default 15 minutes. */
  readonly giveUpAfterMs?: number
  /** Told of every failed try. */
  readonly onTrouble?: (error: Error) => void
}

const firstPauseMs = 50
const longestPauseMs = 2000

/** Runs `work` until it does not fail because the database cannot be reached. */
export async function withPatience<T>(work: () => Promise<T>, patience: Patience = {}): Promise<T> {
  const { giveUpAfterMs = 15 * 60_000, onTrouble } = patience
  const begun = performance.now()
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      return await work()
    } catch (error) {
      if (!isUnreachable(error) || performance.now() - begun > giveUpAfterMs) throw error
      onTrouble?.(error as Error)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
