import { defineConfig } from 'vitest/config'
import { LongFirst } from './tools/long-first.ts'

// Tests read the TypeScript sources of every package through this export condition, so no build is needed.
const conditions = ['@leanvox/source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    // Tensor backends are global to a process and numeric tests are heavy: one process a file, two at a time.
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 60_000,
    // Two processes share the cores: threads that wait must not spin.
    env: { OMP_WAIT_POLICY: 'passive' },
    sequence: { sequencer: LongFirst },
    // `.ci/run` counts the tests from the JSON report.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: 'build/test-report.json' }]] : ['default'],
  },
})
