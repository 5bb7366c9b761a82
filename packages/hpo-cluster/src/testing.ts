/**
 * For tests: a PostgreSQL server of one's own.
 *
 * @module
 */
export { findPostgres, startPostgres, type PostgresServer, type StartPostgresOptions } from './testing/postgres.ts'
