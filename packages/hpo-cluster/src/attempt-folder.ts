/**
 * The folder of one attempt on a worker: what its objective leaves there, and what it prints, goes to the artefact store.
 *
 * A further attempt at the same trial finds the files of the one before, so it can go on from a checkpoint.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TrialOutcome } from '@leanvox/hpo-search'
import { trialPrefix, type ArtifactStore } from './artifacts.ts'
import { type AttemptRequest } from './attempts.ts'

export interface AttemptFolder {
  readonly path: string
  /** Adds to the log. */
  log(text: string): void
  /** Keeps the files and removes the folder; the outcome with their names in the user attribute `artifacts`. */
  keep(outcome: TrialOutcome): Promise<TrialOutcome>
}

/** An endless log would fill the disk: what comes after this many characters is dropped. */
const longestLog = 16 << 20

export async function openAttemptFolder(
  { studyName, number, attempt }: AttemptRequest,
  artifacts: ArtifactStore,
): Promise<AttemptFolder> {
  const path = await mkdtemp(join(tmpdir(), 'leanvox-attempt-'))
  const prefix = trialPrefix(studyName, number)
  if (attempt > 1) await artifacts.fetch(prefix, path)
  const lines: string[] = []
  let length = 0
  return {
    path,
    log(text) {
      if (length < longestLog) lines.push(text.slice(0, longestLog - length))
      length += text.length
    },
    async keep(outcome) {
      if (length > 0) await writeFile(join(path, `attempt-${attempt}.log`), lines.join(''))
      const names = await artifacts.store(prefix, path)
      await rm(path, { recursive: true })
      if (names.length === 0 || (outcome.state !== 'complete' && outcome.state !== 'pruned')) return outcome
      return {
        ...outcome,
        userAttributes: { artifacts: names.map((name) => `${prefix}/${name}`), ...outcome.userAttributes },
      }
    },
  }
}
