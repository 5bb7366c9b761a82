/**
 * The tables, in the schema `leanvox`; pg-boss keeps its own in `leanvox_queue`.
 *
 * `journal` holds the studies (every operation a row, numbered without gaps); the others only what is going on now:
 * `attempt` one attempt at one trial with its lease, `report` its intermediate values and the answers to them,
 * `study_lease` who serves a study, `worker` who is there. All times are the database's.
 *
 * @module
 */

/** The channel of all notifications; the payload says whom a message is for. */
export const channel = 'leanvox'

/** Makes what is missing; safe to run at any time, by any number of processes. */
export const schemaSql = `
BEGIN;
SELECT pg_advisory_xact_lock(1279349075);
CREATE SCHEMA IF NOT EXISTS leanvox;
CREATE TABLE IF NOT EXISTS leanvox.journal_head (
  journal text PRIMARY KEY,
  length bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS leanvox.journal (
  journal text NOT NULL,
  position bigint NOT NULL,
  append uuid NOT NULL,
  operation text NOT NULL,
  PRIMARY KEY (journal, position)
);
CREATE INDEX IF NOT EXISTS journal_append ON leanvox.journal (append);
CREATE TABLE IF NOT EXISTS leanvox.study_lease (
  study text PRIMARY KEY,
  holder text NOT NULL,
  token uuid NOT NULL,
  until timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS leanvox.attempt (
  id uuid PRIMARY KEY,
  scope text NOT NULL,
  number integer NOT NULL,
  attempt integer NOT NULL,
  label text NOT NULL,
  request text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'lost', 'cancelled')),
  token uuid,
  worker text,
  lease_until timestamptz,
  outcome text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at timestamptz,
  UNIQUE (scope, number, attempt)
);
CREATE INDEX IF NOT EXISTS attempt_open ON leanvox.attempt (state) WHERE state IN ('queued', 'running');
CREATE INDEX IF NOT EXISTS attempt_token ON leanvox.attempt (token);
CREATE TABLE IF NOT EXISTS leanvox.report (
  attempt uuid NOT NULL,
  seq integer NOT NULL,
  step bigint NOT NULL,
  value double precision NOT NULL,
  decision text,
  PRIMARY KEY (attempt, seq)
);
CREATE INDEX IF NOT EXISTS report_open ON leanvox.report (attempt) WHERE decision IS NULL;
CREATE TABLE IF NOT EXISTS leanvox.worker (
  id text PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  slots integer NOT NULL,
  labels text[] NOT NULL,
  state text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now()
);
COMMIT;
`
