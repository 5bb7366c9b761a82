/**
 * Progress of a run: one bar on a terminal, one plain line an event elsewhere (a log file, CI).
 *
 * @module
 */
import { SingleBar } from 'cli-progress'

/** Where a run tells how far it is. */
export interface Progress {
  /** Begins a step of `total` units, `done` of them already finished by an earlier start. */
  begin(label: string, total: number, done?: number): void
  /** One unit is finished; the message says which. */
  advance(message: string): void
  /** Something worth reading that is no unit of work. */
  note(message: string): void
  end(): void
}

/** A bar on `stream` when it is a terminal, plain lines otherwise. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let step = { label: '', total: 0, done: 0 }
  let bar: SingleBar | null = null
  const line = (message: string) =>
    stream.write(`${step.label}: ${step.done}/${step.total}${message === '' ? '' : ` ${message}`}\n`)
  const end = () => {
    bar?.stop()
    bar = null
  }
  return {
    begin(label, total, done = 0) {
      end()
      step = { label, total, done }
      if (!stream.isTTY) return void line('')
      const format = `${label} {bar} {value}/{total} · {duration_formatted} gone, {eta_formatted} left · {message}`
      bar = new SingleBar({ stream, format, barsize: 24, hideCursor: true })
      bar.start(total, done, { message: '' })
    },
    advance(message) {
      step.done++
      if (bar === null) line(message)
      else bar.increment(1, { message })
    },
    note(message) {
      end()
      stream.write(`${message}\n`)
    },
    end,
  }
}
