import { expect, test } from 'vitest'
import { coreShare } from './core-share.ts'

const passive = { OMP_WAIT_POLICY: 'passive' }

test.each([
  [2, 2, { OMP_NUM_THREADS: '1', ...passive }],
  [2, 16, { OMP_NUM_THREADS: '8', ...passive }],
  [3, 8, { OMP_NUM_THREADS: '2', ...passive }],
  [4, 2, { OMP_NUM_THREADS: '1', ...passive }],
  [1, 8, {}],
])('%i processes on %i cores get %o', (processes, cores, share) => {
  expect(coreShare(processes, { cores, environment: {} })).toEqual(share)
})

test('keeps what the environment says already', () => {
  expect(coreShare(2, { cores: 8, environment: { OMP_NUM_THREADS: '3' } })).toEqual(passive)
})

test('refuses a number of processes that is none', () => {
  expect(() => coreShare(0)).toThrow('coreShare: expected a whole number of processes of at least 1, got 0')
  expect(() => coreShare(1.5)).toThrow('got 1.5')
})
