/**
 * Studies on many machines: PostgreSQL holds the journal, the queue (pg-boss) and the leases; one process serves a study,
 * any number work.
 *
 * @module
 */
export { folderArtifacts, type ArtifactStore } from './artifacts.ts'
export { openCluster, type Cluster, type ClusterOptions, type OpenClusterOptions } from './cluster.ts'
export { type ClusterExecutor, type ExecutorOptions } from './cluster-executor.ts'
export { clusterStatus, type ClusterStatus } from './cluster-status.ts'
export { openDatabase, type Database, type Listening, type OpenDatabaseOptions } from './database.ts'
export { postgresStorage, StudyTakenError, type Fence, type PostgresStorageOptions } from './postgres-storage.ts'
export { runWorker, type RunWorkerOptions, type WorkerEvent, type WorkerSummary } from './run-worker.ts'
export { s3Artifacts, type S3ArtifactsOptions } from './s3-artifacts.ts'
export { serveStudy, type ServeEvent, type ServeStudyOptions } from './serve-study.ts'
export { type CommandTask, type ModuleTask, type Task } from './task.ts'
export { type AttemptEvent } from './worker-slots.ts'
