/**
 * Contract suites for people who write their own sampler, pruner, storage or executor.
 *
 * Each suite takes the test functions of any runner with `describe`, `test` and an `expect` with `toEqual` (vitest, jest,
 * bun), so this door depends on none of them.
 *
 * @module
 */
export { executorContract, type ExecutorContractOptions } from './testing/executor-contract.ts'
export { prunerContract } from './testing/pruner-contract.ts'
export { samplerContract, type SamplerContractOptions } from './testing/sampler-contract.ts'
export { storageContract, type StorageContractOptions } from './testing/storage-contract.ts'
export { type TestApi } from './testing/test-api.ts'
