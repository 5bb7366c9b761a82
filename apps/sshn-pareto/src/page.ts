import type { Report } from '@leanvox/report'
import type { Illustration } from './illustrate-job.ts'
import type { RunResults } from './results.ts'
export function runReport({
  results,
}: {
  results: RunResults
  illustrations: Partial<Record<string, Illustration>>
  warnings: readonly string[]
  setAside: readonly string[]
}): Report {
  return { title: results.provenance.dataset, sections: [] }
}
