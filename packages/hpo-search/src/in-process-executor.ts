/**
 * Running objectives in this process: simplest, but a crash takes the study with it until the next start.
 *
 * @module
 */
import { type SpaceInput } from './distribution.ts'
import { type Executor, type TrialOutcome } from './executor.ts'
import { outcomeOf, type LocalObjective } from './objective.ts'
import { type Trial } from './trial.ts'

/** An executor that calls `objective` here; a throw is a failed attempt. */
export function inProcessExecutor<S extends SpaceInput = SpaceInput>(objective: LocalObjective<S>): Executor {
  return {
    name: 'in-process',
    async run({ studyName, number, attempt, params, trial, report, signal }): Promise<TrialOutcome> {
      try {
        const result = await objective({
          studyName,
          number,
          params: params as never,
          attempt,
          payload: null,
          report,
          heartbeat: () => undefined,
          signal,
          trial: trial as unknown as Trial<S>,
        })
        return outcomeOf(result)
      } catch (error) {
        if (signal.aborted) return { state: 'interrupted' }
        return {
          state: 'fail',
          reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
          retry: true,
        }
      }
    },
  }
}
