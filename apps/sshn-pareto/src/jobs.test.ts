import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { illustrateJobs, trainJob, trainJobs } from './jobs.ts'

const config = parseConfig({ seeds: [3, 4], phi: { fixed: [0.25, 0.5] } }, 'test')

test('all methods of the first seed come before the second seed', () => {
  const names = trainJobs(config, '/run').map(({ name }) => name)
  const one = (seed: number) =>
    ['sshn', 'stochastic', 'film', 'fixed-0.25', 'fixed-0.5', 'capacity-matched-0.5'].map((it) => `${it}/seed-${seed}`)
  expect(names).toEqual([...one(3), ...one(4)])
})

test('methods that know every factor have none of their own', () => {
  expect(trainJob({ method: 'film', phi: null, seed: 1 }, '/run')).toEqual({
    kind: 'train',
    name: 'film/seed-1',
    runFolder: '/run',
    method: 'film',
    phi: null,
    seed: 1,
  })
})

test('the first seed of each method that knows every factor has pictures', () => {
  expect(illustrateJobs(trainJobs(config, '/run')).map(({ name }) => name)).toEqual([
    'sshn/seed-3/pictures',
    'stochastic/seed-3/pictures',
    'film/seed-3/pictures',
  ])
  expect(illustrateJobs([])).toEqual([])
})
