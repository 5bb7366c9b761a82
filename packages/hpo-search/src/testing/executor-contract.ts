/**
 * What every executor must do: pass settings in and outcomes out, report, and turn trouble into outcomes.
 *
 * The objective to run, however the executor reaches it, must: report `params.x + step` at steps 0, 1, 2, stop when told
 * to, and return `params.x * 10` with the user attribute `attempt`; throw an error with the text `asked to throw` when
 * `params.x` is -1; return NaN when it is -2.
 *
 * @module
 */
import { type Executor, type TrialOutcome } from '../executor.ts'
import { createStudy } from '../study.ts'
import { type TestApi } from './test-api.ts'

export interface ExecutorContractOptions {
  readonly create: () => Executor
}

/** Runs the suite for an executor. */
export function executorContract({ describe, test, expect }: TestApi, { create }: ExecutorContractOptions): void {
  describe('executor contract', () => {
    test('settings go in; reports, value and attributes come out', async () => {
      const { outcome, reports } = await runOnce(create(), { x: 4, attempt: 3 })
      expect(outcome).toEqual({ state: 'complete', value: 40, userAttributes: { attempt: 3 } })
      expect(reports).toEqual([
        [4, 0],
        [5, 1],
        [6, 2],
      ])
    })
    test('a prune decision reaches the objective', async () => {
      const { outcome, reports } = await runOnce(create(), { x: 4, pruneAt: 1 })
      expect(outcome.state).toEqual('pruned')
      expect(reports.length).toEqual(2)
    })
    test('a throw becomes a failure that may be retried', async () => {
      const { outcome } = await runOnce(create(), { x: -1 })
      expect(outcome.state === 'fail' && [outcome.retry, outcome.reason.includes('asked to throw')]).toEqual([
        true,
        true,
      ])
    })
    test('NaN becomes a failure that is not retried', async () => {
      const { outcome } = await runOnce(create(), { x: -2 })
      const reason = 'objective: expected a number, got NaN'
      expect(outcome).toEqual({ state: 'fail', reason, retry: false })
    })
  })
}

async function runOnce(
  executor: Executor,
  { x, attempt = 1, pruneAt = Infinity }: { x: number; attempt?: number; pruneAt?: number },
): Promise<{ outcome: TrialOutcome; reports: [number, number][] }> {
  const study = await createStudy({ name: 'contract' })
  const reports: [number, number][] = []
  const outcome = await executor.run({
    studyName: study.name,
    number: 0,
    params: { x },
    attempt,
    trial: await study.ask(),
    signal: new AbortController().signal,
    async report(value, step) {
      reports.push([value, step])
      return step >= pruneAt ? 'prune' : 'continue'
    },
  })
  return { outcome, reports }
}
