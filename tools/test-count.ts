/**
 * Prints the plain line `N passed, N failed` from vitest's JSON report, the last line of `.ci/run`.
 *
 * usage: test-count.ts <report.json> [failed stage …]
 *
 * A test file that fails before its first test (an import error) counts as one failure, and so does every other
 * stage (types, format, packages) named on the command line: a red run never reads `0 failed`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

type Report = {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** Tests passed and failed; failed stages are counted only when no test failed, as they may be the same failure. */
export function countTests(report: Report | undefined, failedStages: readonly string[]) {
  const files = report?.testResults ?? []
  const failedTests = files.reduce((sum, { status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').length
    return sum + (status === 'failed' ? Math.max(1, failed) : failed)
  }, 0)
  return { passed: report?.numPassedTests ?? 0, failed: Math.max(failedTests, failedStages.length) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, ...stages] = process.argv.slice(2)
  const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined
  const { passed, failed } = countTests(report, stages)
  console.log(`${passed} passed, ${failed} failed`)
}
