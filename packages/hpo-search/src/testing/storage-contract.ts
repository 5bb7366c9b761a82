/**
 * What every storage must do: give back what was appended, in order, to everyone who opens it.
 *
 * @module
 */
import { type OperationBody, type Operation } from '../operation.ts'
import { type Storage } from '../storage.ts'
import { createStudy, loadStudy } from '../study.ts'
import { type TestApi } from './test-api.ts'

export interface StorageContractOptions {
  /** A new, empty storage each time. */
  readonly create: () => Storage | Promise<Storage>
  /** The same storage opened once more, as another process would; left out where that is impossible. */
  readonly reopen?: (storage: Storage) => Storage | Promise<Storage>
}

const operations: Operation[] = [
  { op_code: 0, study_name: 'über "all"\n', directions: [1] },
  { op_code: 4, study_id: 0, datetime_start: null },
  { op_code: 7, trial_id: 0, step: 0, intermediate_value: Number.NaN },
  { op_code: 7, trial_id: 0, step: 1, intermediate_value: -Infinity },
  { op_code: 8, trial_id: 0, user_attr: { nested: [{ a: null }], word: 'NaN' } },
  { op_code: 6, trial_id: 0, state: 1, values: [0.1 + 0.2, 1e-300] },
].map((operation) => ({ ...(operation as OperationBody), worker_id: 'w' }))

/** Runs the suite for a storage. */
export function storageContract(api: TestApi, { create, reopen = (storage) => storage }: StorageContractOptions): void {
  const { describe, test, expect } = api
  describe('storage contract', () => {
    test('is empty at first', async () => {
      expect(await (await create()).read(0)).toEqual([])
    })
    test('gives back what was appended, in order, whole or from a place on', async () => {
      const storage = await create()
      await storage.append(operations.slice(0, 2))
      await storage.append([])
      await storage.append(operations.slice(2))
      expect(await storage.read(0)).toEqual(operations)
      expect(await storage.read(4)).toEqual(operations.slice(4))
      expect(await storage.read(operations.length)).toEqual([])
      expect(await (await reopen(storage)).read(0)).toEqual(operations)
    })
    test('what one opener appends the other reads', async () => {
      const one = await create()
      const other = await reopen(one)
      await one.append(operations.slice(0, 1))
      expect(await other.read(0)).toEqual(operations.slice(0, 1))
      await other.append(operations.slice(1))
      expect(await one.read(1)).toEqual(operations.slice(1))
    })
    test('several studies live side by side', async () => {
      const storage = await create()
      for (const name of ['first', 'second']) {
        const study = await createStudy({ name, storage })
        const trial = await study.ask()
        await study.tell(trial.number, { state: 'complete', value: name.length })
      }
      const second = await loadStudy({ name: 'second', storage: await reopen(storage) })
      expect(second.trials.map(({ number, value }) => [number, value])).toEqual([[0, 6]])
    })
  })
}
