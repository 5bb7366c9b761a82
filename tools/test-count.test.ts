import { expect, it } from 'vitest'
import { countTests } from './test-count.ts'

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
})

it('counts passed and failed tests', () => {
  const report = {
    numPassedTests: 3,
    testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')],
  }
  expect(countTests(report, [])).toEqual({ passed: 3, failed: 1 })
})

it('counts a file that fails before its first test as one failure', () => {
  expect(countTests({ numPassedTests: 0, testResults: [file('failed')] }, [])).toEqual({ passed: 0, failed: 1 })
})

it('never reads 0 failed when a stage failed or no report was written', () => {
  expect(countTests({ numPassedTests: 1, testResults: [file('passed', 'passed')] }, ['format'])).toEqual({
    passed: 1,
    failed: 1,
  })
  expect(countTests(undefined, ['npm ci'])).toEqual({ passed: 0, failed: 1 })
})
