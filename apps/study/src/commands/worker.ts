/**
 * `study worker`: runs the trials of every study that is served in a database. SIGTERM or Ctrl-C drains it; twice ends it.
 *
 * @module
 */
import { printLine } from '@leanvox/app-shell'
import { runWorker, type WorkerEvent } from '@leanvox/hpo-cluster'
import type { Command } from 'commander'
import { artifactsOf, databaseCommand } from '../database-options.ts'
import { defined } from '../defined.ts'
import { seconds, wholeNumber } from '../options.ts'

interface WorkerArguments {
  readonly storage: string
  readonly slots: number
  readonly gpu?: string | true
  readonly label?: readonly string[]
  readonly onlyLabelled?: boolean
  readonly artifacts?: string
  readonly s3Endpoint?: string
  readonly drain: number
  readonly idleExit?: number
  readonly lease: number
}

export function workerCommand(): Command {
  return databaseCommand('worker', 'run trials of the studies served in a database, until told to stop')
    .option('--slots <n>', 'trials side by side', wholeNumber(1), 1)
    .option('--gpu [name]', 'takes trials that need a GPU, or the one of that name')
    .option('--label <label...>', 'takes trials with these labels')
    .option('--only-labelled', 'leaves trials without a label to others')
    .option('--artifacts <place>', 'keeps logs and files of trials: a shared folder or s3://bucket/prefix')
    .option('--s3-endpoint <url>', 'of a store that is not Amazon’s')
    .option('--drain <s>', 'what trials at hand have left when the worker is told to stop', seconds, 25)
    .option('--idle-exit <s>', 'ends when there was nothing to do for so long', seconds)
    .action(work)
}

async function work(options: WorkerArguments): Promise<void> {
  const { storage, slots, gpu, label, onlyLabelled = false, drain, idleExit, lease } = options
  const stop = new AbortController()
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  const { worker, attempts } = await runWorker({
    ...{ database: storage, slots, signal: stop.signal, takesUnlabelled: !onlyLabelled },
    ...{ leaseMs: 1000 * lease, drainMs: 1000 * drain },
    ...defined({ gpu, labels: label, artifacts: artifactsOf(options) }),
    ...(idleExit === undefined ? {} : { idleExitMs: 1000 * idleExit }),
    onEvent: (event) => void process.stderr.write(`${lineOf(event)}\n`),
  })
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  printLine(`${worker}: ${attempts} attempts handed in`)
}

function lineOf(event: WorkerEvent): string {
  switch (event.kind) {
    case 'ready':
      return `${event.worker} takes trials for ${event.labels.join(', ')}`
    case 'draining':
      return `no new trials; waiting for ${event.running}`
    case 'database-trouble':
      return `waiting for the database: ${event.message}`
    case 'attempt-start':
      return `${event.studyName} trial ${event.number} attempt ${event.attempt} started`
    case 'attempt-end':
      return `${event.studyName} trial ${event.number} attempt ${event.attempt}: ${event.state}`
  }
}
