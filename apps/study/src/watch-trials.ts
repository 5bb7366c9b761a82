/**
 * A run as it is watched: a table of trials that is redrawn in place on a terminal, one plain line an event elsewhere.
 *
 * @module
 */
import type { Study, StudyEvent } from '@leanvox/hpo-search'
import { eventLine } from './event-line.ts'
import { createTrialBoard } from './trial-board.ts'

export interface TrialView {
  readonly show: (event: StudyEvent) => void
  end(): void
}

export interface WatchOptions {
  /** Finished trials to reach. */
  readonly total: number
  readonly stream: NodeJS.WriteStream
}

/** Milliseconds between two drawings of the table. */
const pause = 100

export function watchTrials(study: Study, { total, stream }: WatchOptions): TrialView {
  if (stream.isTTY) return tableView(study, { total, stream })
  const show = (event: StudyEvent) => {
    const line = eventLine(event, { total, directions: study.directions })
    if (line !== null) stream.write(`${line}\n`)
  }
  return { show, end: () => undefined }
}

function tableView(study: Study, { total, stream }: WatchOptions): TrialView {
  const board = createTrialBoard({ total, done: study.counts.complete + study.counts.pruned + study.counts.fail })
  let drawn = 0
  let timer: NodeJS.Timeout | undefined
  const draw = () => {
    timer = undefined
    const lines = board.lines({ columns: stream.columns ?? 80, rows: stream.rows ?? 24, now: Date.now() })
    // Up to the first line of the last drawing, and clear from there on.
    stream.write(`${drawn > 0 ? `\u001B[${drawn}A` : ''}\r\u001B[J${lines.join('\n')}\n`)
    drawn = lines.length
  }
  // Times go on while nothing happens.
  const clock = setInterval(draw, 1000)
  return {
    show(event) {
      board.apply(event, Date.now())
      timer ??= setTimeout(draw, pause)
    },
    end() {
      clearInterval(clock)
      clearTimeout(timer)
      draw()
    },
  }
}
