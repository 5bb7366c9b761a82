/**
 * A thread of `volumeWorkers`: does the parts that it is sent, one after the other.
 *
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { doTask, type VolumeTask } from './volume-tasks.ts'

parentPort?.on('message', ({ id, task }: { id: number; task: VolumeTask }) => {
  try {
    doTask(task)
    parentPort?.postMessage({ id })
  } catch (error) {
    parentPort?.postMessage({ id, failure: (error as Error).message })
  }
})
