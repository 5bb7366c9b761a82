/**
 * For tests: a PostgreSQL server of one's own, and a study run under fire on it.
 *
 * @module
 */
export { runChaos, type ChaosDeed, type ChaosOptions, type ChaosReport } from './testing/chaos.ts'
export { canCutNetwork } from './testing/cut-network.ts'
export { findPostgres, startPostgres, type PostgresServer, type StartPostgresOptions } from './testing/postgres.ts'
