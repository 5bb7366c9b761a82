/**
 * What every executor of child processes shares: time limits, and the last words that explain a failure.
 *
 * @module
 */
import { type Readable } from 'node:stream'
import { type TrialOutcome } from '../executor.ts'

/** Limits on one attempt. */
export interface AttemptLimits {
  /**
   * An attempt that neither reports nor beats for so long is killed and counts as crashed. Counted from the objective's
   * call: loading its module may take longer. Default: no limit.
   */
  readonly heartbeatTimeoutMs?: number
  /** An attempt that takes longer is killed, and the trial fails without a retry. Default: no limit. */
  readonly timeoutMs?: number
}

/** How long an aborted child may take to end by itself. */
export const graceMs = 2000
/** Longest part of a child's stderr that goes into a failure's reason. */
const tailLength = 2000

/** Starts the limits of an attempt; the heartbeat's with the first beat. */
export function startLimits(
  { heartbeatTimeoutMs, timeoutMs }: AttemptLimits,
  kill: (reason: TrialOutcome) => void,
): { beat(): void; stop(): void } {
  const timers: { total?: NodeJS.Timeout; silence?: NodeJS.Timeout } = {}
  let beats = 0
  const beat = () => {
    beats++
    clearTimeout(timers.silence)
    if (heartbeatTimeoutMs === undefined) return
    const reason = `no report or heartbeat for ${heartbeatTimeoutMs} ms`
    const seen = beats
    const check = () => {
      if (beats === seen) kill({ state: 'fail', reason, retry: true })
    }
    // When this process was busy itself, beats may be waiting to be read: look at them before judging.
    timers.silence = setTimeout(() => setImmediate(check), heartbeatTimeoutMs)
  }
  if (timeoutMs !== undefined) {
    const reason = `no result within ${timeoutMs} ms`
    timers.total = setTimeout(() => kill({ state: 'fail', reason, retry: false }), timeoutMs)
  }
  return {
    beat,
    stop() {
      beats++
      clearTimeout(timers.silence)
      clearTimeout(timers.total)
    },
  }
}

/** Keeps reading a stream and remembers its end. */
export function tailOf(stream: Readable | null): () => string {
  let tail = ''
  stream?.on('data', (data: Buffer) => (tail = (tail + String(data)).slice(-tailLength)))
  return () => tail.trim()
}

/** The outcome, a failure with the child's last words. */
export function withTail(outcome: TrialOutcome, tail: string): TrialOutcome {
  if (outcome.state !== 'fail' || tail === '') return outcome
  return { ...outcome, reason: `${outcome.reason}\nstderr: ${tail}` }
}
