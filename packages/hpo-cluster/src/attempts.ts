/**
 * Attempts and their reports in the database, each change a compare-and-set.
 *
 * An attempt is queued by the server, claimed by one worker (with a token of its own), kept by heartbeats, and ends once:
 * done by the holder of the token, lost by a server that sees its lease run out, or cancelled. Whoever comes second finds
 * nothing to change. All times are the database's, so clocks that differ do no harm.
 *
 * @module
 */
import { parsePythonJson, stringifyPythonJson, type Params, type TrialOutcome } from '@leanvox/hpo-search'
import { type Database } from './database.ts'
import { channel } from './schema.ts'
import { type Task } from './task.ts'

/** What a worker needs to know. */
export interface AttemptRequest {
  readonly studyName: string
  readonly number: number
  readonly attempt: number
  readonly params: Params
  readonly task: Task
}

/** Which attempt: a scope keeps studies of one name in several runs apart. */
export interface AttemptKey {
  readonly scope: string
  readonly number: number
  readonly attempt: number
}

export type AttemptState = 'queued' | 'running' | 'done' | 'lost' | 'cancelled'

/** A report that waits for the server's answer. */
export interface OpenReport {
  readonly attempt: string
  readonly seq: number
  readonly step: number
  readonly value: number
  readonly worker: string
}

export interface EndedAttempt {
  readonly id: string
  readonly state: 'done' | 'lost' | 'cancelled'
  readonly worker: string | null
  readonly outcome: TrialOutcome | null
}

/** The attempt's id and state, made as queued unless it is there. */
export async function queueAttempt(
  database: Database,
  { scope, number, attempt }: AttemptKey,
  { label, request }: { label: string; request: AttemptRequest },
): Promise<{ id: string; state: AttemptState }> {
  const values = [crypto.randomUUID(), scope, number, attempt, label, stringifyPythonJson(request)]
  // The update changes nothing; without it the row that was there would not be returned.
  const [row] = await database.query<{ id: string; state: AttemptState }>(
    `INSERT INTO leanvox.attempt AS known (id, scope, number, attempt, label, request, state)
     VALUES ($1, $2, $3, $4, $5, $6, 'queued')
     ON CONFLICT (scope, number, attempt) DO UPDATE SET scope = known.scope RETURNING id, state`,
    values,
  )
  return row
}

/** The attempt's id and state; null when it was never queued. */
export async function findAttempt(
  database: Database,
  { scope, number, attempt }: AttemptKey,
): Promise<{ id: string; state: AttemptState } | null> {
  const text = 'SELECT id, state FROM leanvox.attempt WHERE scope = $1 AND number = $2 AND attempt = $3'
  return (await database.query<{ id: string; state: AttemptState }>(text, [scope, number, attempt]))[0] ?? null
}

interface Claim {
  readonly token: string
  readonly worker: string
  readonly leaseMs: number
}

/** Takes a queued attempt; null when it is not to be had. */
export async function claimAttempt(
  database: Database,
  id: string,
  { token, worker, leaseMs }: Claim,
): Promise<AttemptRequest | null> {
  const rows = await database.query<{ request: string }>(
    `UPDATE leanvox.attempt SET state = 'running', token = $2::uuid, worker = $3, started_at = now(),
       lease_until = now() + $4 * interval '1 millisecond'
     WHERE id = $1::uuid AND (state = 'queued' OR (state = 'running' AND token = $2::uuid)) RETURNING request`,
    [id, token, worker, leaseMs],
  )
  return rows.length === 0 ? null : (parsePythonJson(rows[0].request) as AttemptRequest)
}

/** Prolongs leases; the tokens that still hold an attempt. */
export async function keepAttempts(
  database: Database,
  tokens: readonly string[],
  leaseMs: number,
): Promise<Set<string>> {
  const rows = await database.query<{ token: string }>(
    `UPDATE leanvox.attempt SET lease_until = now() + $2 * interval '1 millisecond'
     WHERE token = ANY ($1::uuid[]) AND state = 'running' RETURNING token`,
    [tokens, leaseMs],
  )
  return new Set(rows.map(({ token }) => token))
}

/** Ends an attempt as its holder; false when it was no longer held. */
export async function finishAttempt(
  database: Database,
  { id, token }: { id: string; token: string },
  outcome: TrialOutcome,
): Promise<boolean> {
  const rows = await database.query(
    `WITH ended AS (
       UPDATE leanvox.attempt SET state = 'done', outcome = $3, ended_at = now()
       WHERE id = $1::uuid AND token = $2::uuid AND state IN ('running', 'done') RETURNING id
     ) SELECT ended.id FROM ended, pg_notify('${channel}', 'server')`,
    [id, token, stringifyPythonJson(outcome)],
  )
  return rows.length > 0
}

/** Ends an attempt that nobody needs any more; its worker finds out with its next heartbeat. */
export async function cancelAttempt(database: Database, id: string): Promise<void> {
  await database.query(
    `UPDATE leanvox.attempt SET state = 'cancelled', ended_at = now()
     WHERE id = $1::uuid AND state IN ('queued', 'running')`,
    [id],
  )
}

/** Ends those of the attempts whose lease has run out. */
export async function loseAttempts(database: Database, ids: readonly string[]): Promise<void> {
  await database.query(
    `UPDATE leanvox.attempt SET state = 'lost', ended_at = now()
     WHERE id = ANY ($1::uuid[]) AND state = 'running' AND lease_until < now()`,
    [ids],
  )
}

/** Removes what has ended, with its reports; the journal has all of it. */
export async function forgetAttempts(database: Database, scope: string): Promise<void> {
  await database.query(
    `WITH ended AS (
       DELETE FROM leanvox.attempt WHERE scope = $1 AND state IN ('done', 'lost', 'cancelled') RETURNING id
     ) DELETE FROM leanvox.report WHERE attempt IN (SELECT id FROM ended)`,
    [scope],
  )
}

/** Removes what ended so long ago, with its reports, but for the attempts that are still waited for. */
export async function forgetOldAttempts(
  database: Database,
  { keepMs, waitedFor }: { keepMs: number; waitedFor: readonly string[] },
): Promise<void> {
  await database.query(
    `WITH ended AS (
       DELETE FROM leanvox.attempt WHERE state IN ('done', 'lost', 'cancelled')
         AND ended_at < now() - $1 * interval '1 millisecond' AND NOT id = ANY ($2::uuid[]) RETURNING id
     ) DELETE FROM leanvox.report WHERE attempt IN (SELECT id FROM ended)`,
    [keepMs, waitedFor],
  )
}

/** Those of the attempts that have ended. */
export async function endedAttempts(database: Database, ids: readonly string[]): Promise<EndedAttempt[]> {
  const rows = await database.query<{
    id: string
    state: EndedAttempt['state']
    worker: string | null
    outcome: string | null
  }>(
    `SELECT id, state, worker, outcome FROM leanvox.attempt
     WHERE id = ANY ($1::uuid[]) AND state IN ('done', 'lost', 'cancelled')`,
    [ids],
  )
  return rows.map((row) => ({
    ...row,
    outcome: row.outcome === null ? null : (parsePythonJson(row.outcome) as TrialOutcome),
  }))
}

/** Hands a report to the server; a report that is there already, or of an attempt no longer held, changes nothing. */
export async function sendReport(
  database: Database,
  { attempt, token, seq }: { attempt: string; token: string; seq: number },
  { value, step }: { value: number; step: number },
): Promise<void> {
  await database.query(
    `WITH added AS (
       INSERT INTO leanvox.report (attempt, seq, step, value)
       SELECT id, $3::int, $4::bigint, $5::float8 FROM leanvox.attempt
       WHERE id = $1::uuid AND token = $2::uuid AND state = 'running' ON CONFLICT DO NOTHING
     ) SELECT FROM pg_notify('${channel}', 'server')`,
    [attempt, token, seq, step, value],
  )
}

/** Unanswered reports of the attempts, each attempt's in their order. */
export async function openReports(database: Database, ids: readonly string[]): Promise<OpenReport[]> {
  return database.query<OpenReport>(
    `SELECT report.attempt, seq, step::float8 AS step, value, worker
     FROM leanvox.report JOIN leanvox.attempt ON attempt.id = report.attempt
     WHERE decision IS NULL AND report.attempt = ANY ($1::uuid[]) ORDER BY report.attempt, seq`,
    [ids],
  )
}

/** Answers a report: 'continue', 'prune', or 'error: ' and what was wrong with it. */
export async function answerReport(
  database: Database,
  { attempt, seq, worker }: OpenReport,
  decision: string,
): Promise<void> {
  await database.query(
    `WITH answered AS (UPDATE leanvox.report SET decision = $3 WHERE attempt = $1::uuid AND seq = $2)
     SELECT FROM pg_notify('${channel}', $4)`,
    [attempt, seq, decision, `worker:${worker}`],
  )
}

/** The answers given to reports, where there are any yet. */
export async function answersTo(
  database: Database,
  reports: readonly { attempt: string; seq: number }[],
): Promise<{ attempt: string; seq: number; decision: string }[]> {
  return database.query(
    `SELECT report.attempt, report.seq, decision
     FROM unnest($1::uuid[], $2::int[]) AS asked (attempt, seq) JOIN leanvox.report USING (attempt, seq)
     WHERE decision IS NOT NULL`,
    [reports.map(({ attempt }) => attempt), reports.map(({ seq }) => seq)],
  )
}
