/**
 * A worker process: `worker.ts '<options>'`.
 *
 * @module
 */
import { runWorker, type RunWorkerOptions } from '@leanvox/hpo-cluster'

await runWorker(JSON.parse(process.argv[2]) as RunWorkerOptions)
