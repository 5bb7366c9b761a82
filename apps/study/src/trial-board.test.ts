import type { FrozenTrial, StudyEvent } from '@leanvox/hpo-search'
import { expect, test } from 'vitest'
import { createTrialBoard } from './trial-board.ts'

const trial = (number: number, over: Partial<FrozenTrial> = {}): FrozenTrial => ({
  number,
  state: 'complete',
  params: { x: number },
  distributions: {},
  values: [number / 4],
  value: number / 4,
  intermediateValues: new Map(),
  userAttributes: {},
  systemAttributes: {},
  startedAt: null,
  completedAt: null,
  ...over,
})
const start = (number: number, attempt = 1): StudyEvent => ({
  kind: 'trial-start',
  number,
  params: { x: number },
  attempt,
})
const screen = { columns: 60, rows: 24, now: 2000 }

test('running trials stand on top by number, then those that ended, the last first', () => {
  const board = createTrialBoard({ total: 9, done: 2 })
  for (const number of [3, 2, 4]) board.apply(start(number), 0)
  board.apply({ kind: 'report', number: 4, step: 7, value: 0.25, decision: 'continue' }, 500)
  board.apply({ kind: 'trial-end', trial: trial(3), best: trial(3) }, 1500)
  expect(board.lines(screen)).toEqual(
    [
      '3/9 trials   best 0.7500 (trial 3)',
      'trial  state     time         value      setting',
      '2      running   2.00\u202fs                  x 2',
      '4      running   2.00\u202fs  0.2500 @7  x 4',
      '3      complete  1.50\u202fs  0.7500     x 3',
    ].map((line) => expect.stringMatching(new RegExp(`^${line.replaceAll(/[()]/g, '\\$&').replaceAll(/ +/g, ' +')}$`))),
  )
})

test('a failure shows the first line of its reason, a repeated trial its attempt', () => {
  const board = createTrialBoard({ total: 1, done: 0 })
  board.apply(start(0), 0)
  board.apply({ kind: 'retry', number: 0, attempt: 1, reason: 'killed\nlong story' }, 10)
  board.apply(start(0, 2), 20)
  const failed = trial(0, {
    state: 'fail',
    values: null,
    value: null,
    userAttributes: { fail_reason: 'no luck\nat all' },
  })
  board.apply({ kind: 'trial-end', trial: failed, best: null }, 30)
  const lines = board.lines(screen)
  expect(lines[0]).toBe('1/1 trials')
  expect(lines[2]).toMatch(/^0 \(2\) +fail +0\.01.s +no luck +x 0$/)
})

test('no more lines and no longer ones than the terminal holds, however many trials there were', () => {
  const board = createTrialBoard({ total: 500, done: 0 })
  for (let number = 0; number < 500; number++) {
    board.apply(start(number), number)
    board.apply({ kind: 'trial-end', trial: trial(number, { params: { name: 'y'.repeat(90) } }), best: null }, number)
  }
  const lines = board.lines({ columns: 40, rows: 10, now: 500 })
  expect(lines.length).toBe(8)
  expect(Math.max(...lines.map((line) => line.length))).toBe(40)
  expect(lines[2].startsWith('499')).toBe(true)
})
