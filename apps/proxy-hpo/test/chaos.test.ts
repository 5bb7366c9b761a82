import { expect, test } from 'vitest'
import { chaos } from './chaos.ts'
import { SMALL_SEARCH } from './small-search.ts'

// Twenty kills of a search of all four arms: `node --conditions=@leanvox/source apps/proxy-hpo/test/chaos.ts`.
test(
  'a run killed with SIGKILL before, during and after its trainings ends as an undisturbed one',
  { timeout: 600_000 },
  async () => {
    const { kills, trials, differences } = await chaos({ kills: 3, seed: 1, config: SMALL_SEARCH })
    expect(differences).toEqual([])
    expect(trials).toBe(6)
    expect(kills.map(({ finishedTrials }) => finishedTrials)).toEqual([0, expect.any(Number), 6])
    expect(kills[1].finishedTrials).toBeLessThan(6)
    expect(kills[2].stage).toBe('report')
  },
)
