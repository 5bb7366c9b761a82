/**
 * The order of test files: the apps' tests, which start whole programs, before everything else.
 *
 * Vitest begins with the largest files, and the longest tests are in small ones: without this a single process works through them at
 * the end while the other core waits.
 *
 * @module
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Whether a test file starts whole programs. */
export function isLong(path: string): boolean {
  return /\/apps\/[^/]+\/test\//.test(path)
}

/** Vitest's own order within the long files and within the others. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [...sorted.filter(({ moduleId }) => isLong(moduleId)), ...sorted.filter(({ moduleId }) => !isLong(moduleId))]
  }
}
