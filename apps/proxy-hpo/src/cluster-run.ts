/**
 * A run whose trials are trained by workers elsewhere; the journal stays in the run folder, which the workers share.
 *
 * Attempts are known by an id that the run folder keeps, so a run that is started again joins its trials on the workers,
 * and another run folder, or one made anew at the same place, never takes them for its own.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeJson } from '@leanvox/files'
import { openCluster, openDatabase, type Task } from '@leanvox/hpo-cluster'
import type { Executor } from '@leanvox/hpo-search'

export interface ClusterRun {
  /** An executor on the workers. */
  executor(task: Task): Promise<Executor>
  close(): Promise<void>
}

/** Connects a run folder to the workers of a database. */
export async function openClusterRun(url: string, folder: string): Promise<ClusterRun> {
  const path = join(folder, 'cluster.json')
  if (!existsSync(path)) await writeJson(path, { id: crypto.randomUUID() })
  const { id } = (await readJson(path)) as { id: string }
  const database = await openDatabase(url)
  const cluster = await openCluster(database)
  return {
    executor: (task) => cluster.executor({ task, scope: id }),
    async close() {
      await cluster.close()
      await database.close()
    },
  }
}
