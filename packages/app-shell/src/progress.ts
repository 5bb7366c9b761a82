/**
 * Progress of a run: one bar on a terminal, one plain line an event elsewhere (a log file, CI).
 *
 * @module
 */
import cliProgress from 'cli-progress'

/** Where a run tells how far it is. */
export interface Progress {
  /** Begins a step of `total` units; a step already partly done on resumption starts at `done`. */
  begin(label: string, total: number, done?: number): void
  /** One unit is finished; the message says which. */
  advance(message: string): void
  /** Something worth reading that is no unit of work. */
  note(message: string): void
  end(): void
}

/** Who is told how far the work is, and who may end it. */
export interface Watching {
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** A bar on `stream` when it is a terminal, plain lines otherwise. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream)
}

/** Progress that says nothing, for library use and tests. */
export const silentProgress: Progress = { begin() {}, advance() {}, note() {}, end() {} }

function barProgress(stream: NodeJS.WriteStream): Progress {
  let bar: cliProgress.SingleBar | undefined
  const stop = () => {
    bar?.stop()
    bar = undefined
  }
  return {
    begin(label, total, done = 0) {
      stop()
      bar = new cliProgress.SingleBar({
        stream,
        format: `${label} {bar} {value}/{total} · {duration_formatted} gone, {eta_formatted} left · {message}`,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 24,
        hideCursor: true,
      })
      bar.start(total, done, { message: '' })
    },
    advance: (message) => bar?.increment(1, { message }),
    note(message) {
      stop()
      stream.write(`${message}\n`)
    },
    end: stop,
  }
}

function lineProgress(stream: NodeJS.WriteStream): Progress {
  let label = ''
  let total = 0
  let done = 0
  return {
    begin(nextLabel, nextTotal, alreadyDone = 0) {
      label = nextLabel
      total = nextTotal
      done = alreadyDone
      stream.write(`${label}: ${done}/${total}\n`)
    },
    advance(message) {
      done++
      stream.write(`${label}: ${done}/${total} ${message}\n`)
    },
    note: (message) => void stream.write(`${message}\n`),
    end() {},
  }
}
