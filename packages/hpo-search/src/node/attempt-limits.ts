/**
 * What every executor of child processes shares: time limits, and the last words that explain a failure.
 *
 * @module
 */
import { type Readable } from 'node:stream'
import { type TrialOutcome } from '../executor.ts'
import { watchMemory } from './memory-limit.ts'

/** Limits on one attempt. */
export interface AttemptLimits {
  /**
   * An attempt that neither reports nor beats for so long is killed and counts as crashed. Counted from the objective's
   * call: loading its module may take longer. Default: no limit.
   */
  readonly heartbeatTimeoutMs?: number
  /** An attempt that takes longer is killed, and the trial fails without a retry. Default: no limit. */
  readonly timeoutMs?: number
  /**
   * An attempt whose process, with all it started, holds more resident memory is killed, and the trial fails without a
   * retry. Looked at a few times a second, on Linux only. Default: no limit.
   */
  readonly memoryBytes?: number
}

/** How long an aborted child may take to end by itself. */
export const graceMs = 2000
/** Longest part of a child's stderr that goes into a failure's reason. */
const tailLength = 2000

/** Starts the limits of an attempt in the process `pid`; the heartbeat's with the first beat. */
export function startLimits(
  { heartbeatTimeoutMs, timeoutMs, memoryBytes }: AttemptLimits,
  kill: (reason: TrialOutcome) => void,
  pid?: number,
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
  const onExceeded = (bytes: number) => {
    const reason = `${megabytes(bytes)} of memory, more than the ${megabytes(memoryBytes as number)} allowed`
    kill({ state: 'fail', reason, retry: false })
  }
  const isWatched = memoryBytes !== undefined && pid !== undefined
  const stopWatching = isWatched ? watchMemory(pid, { limit: memoryBytes, onExceeded }) : () => undefined
  return {
    beat,
    stop() {
      beats++
      stopWatching()
      clearTimeout(timers.silence)
      clearTimeout(timers.total)
    },
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
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
