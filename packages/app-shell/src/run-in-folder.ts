/**
 * The frame around a run: folder locked, environment recorded, Ctrl-C and a polite kill turned into a clean stop.
 *
 * @module
 */
import { lockFolder } from '@leanvox/files'
import { commandLine } from './command.ts'
import { currentCommit, recordEnvironment } from './environment.ts'
import { createProgress, type Progress } from './progress.ts'
import type { RunFolder } from './run-folder.ts'

/** What the work inside is given; `signal` aborts on SIGINT and SIGTERM. */
export interface RunShell {
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** The app's name, and what makes or checks the folder once it is locked. */
export interface RunInFolderOptions {
  readonly app: string
  readonly open: () => Promise<void>
}

/**
 * Locks the run folder, opens it, records the environment and does `work`. An interrupted run exits with 130; started
 * again it goes on.
 *
 * @throws FileError when another process has the folder, and whatever `open` and `work` throw
 */
export async function runInFolder(
  paths: RunFolder,
  { app, open }: RunInFolderOptions,
  work: (shell: RunShell) => Promise<void>,
): Promise<void> {
  const lock = await lockFolder(paths.folder)
  const abort = new AbortController()
  const stop = () => abort.abort(new Error('interrupted; start the same command again to go on'))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await open()
    await recordEnvironment(paths, {
      startedAt: new Date().toISOString(),
      command: commandLine(app),
      commit: currentCommit(),
    })
    await work({ progress: createProgress(), signal: abort.signal })
  } finally {
    await lock.release()
    process.off('SIGINT', stop).off('SIGTERM', stop)
    if (abort.signal.aborted) process.exitCode = 130
  }
}
